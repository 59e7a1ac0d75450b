// Reads the office files that the server writes (ZIP, ECMA-376): the rows of a workbook's first sheet, a DOCX as text.
import { inflateRawSync } from 'node:zlib'

/** The parts of a ZIP file by name, read from its central directory. */
export function partsOf(file) {
  const parts = {}
  let at = file.readUInt32LE(file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) + 16)
  while (file.readUInt32LE(at) === 0x02014b50) {
    const [method, size, name_length] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20), file.readUInt16LE(at + 28)]
    const name = file.toString('utf8', at + 46, at + 46 + name_length)
    const local = file.readUInt32LE(at + 42)
    const data = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
    const packed = file.subarray(data, data + size)
    parts[name] = (method === 0 ? packed : inflateRawSync(packed)).toString('utf8')
    at += 46 + name_length + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return parts
}

const plain = (xml) => xml.replace(/<[^>]*>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&')

/** Each row as the texts of its columns A, B, …; numbers as they are stored. */
export function rowsOf(xlsx) {
  const parts = partsOf(xlsx)
  const shared = [...(parts['xl/sharedStrings.xml'] ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => plain(m[1]))
  return [...parts['xl/worksheets/sheet1.xml'].matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map((row) => {
    const cells = []
    for (const [, column, attributes, content] of row[1].matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs))
      cells[column.charCodeAt(0) - 65] = /t="s"/.test(attributes) ? shared[Number(plain(content))] : plain(content ?? '')
    return Array.from(cells, (cell) => cell ?? '')
  })
}

export function textOf(docx) {
  return plain(partsOf(docx)['word/document.xml'].replace(/<\/w:p>/g, '\n'))
}

// A browser's bad line: huiban_line around its process, told through a socket what to do (docs/testing.md).
import { chmodSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'

export class Line {
  /** number: of the line, 1 … 250; folder: for its socket and start script. */
  constructor(number, folder) {
    this.host = `10.78.${number}.1` // the server as the browser sees it
    this.control = join(folder, `line${number}.sock`)
    this.executable = join(folder, `chromium-behind-line${number}`)
    const log = join(process.env.HUIBAN_OUTPUT, `line${number}.json`)
    writeFileSync(this.executable,
      `#!/bin/sh\nexec "${process.env.HUIBAN_LINE}" net=${number} seed=${number} control="${this.control}" stats="${log}" -- /usr/bin/chromium "$@"\n`)
    chmodSync(this.executable, 0o755)
  }

  /** Says words to the running line ("down loss=10"), or asks for its "stats". */
  tell(words) {
    return new Promise((resolve, reject) => {
      let text = ''
      const socket = net.connect(this.control, () => socket.write(words + '\n'))
      socket.on('data', (data) => {
        text += data
        if (!text.includes('\n')) return
        socket.destroy()
        const answer = JSON.parse(text)
        answer.error ? reject(new Error(answer.error)) : resolve(answer)
      })
      socket.on('error', reject)
    })
  }

  clean() {
    return this.tell('both loss=0 burst=0 delay=0 jitter=0 reorder=0 rate=0 queue=400 queue_bytes=0 outage=0')
  }
}

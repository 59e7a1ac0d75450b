// The runs over bad lines as a Markdown table: each scenario once, with and without measures in neighbouring rows.

const percent = (share) => (100 * share).toFixed(share < 0.1 ? 1 : 0)
const seconds = (ms) => (ms === undefined ? '' : ms === null ? 'never' : (ms / 1000).toFixed(1))

export function table(runs) {
  const names = [...new Set(runs.map((r) => r.name))]
  const rows = names.flatMap((name) => runs.filter((r) => r.name === name).sort((a, b) => a.without.length - b.without.length))
  const lines = [
    '| line | measures | fps | freezes > 0.5 s | frozen s | longest gap s | sound concealed % | height | video kbit/s | lost by line % | NACKs | repaired | adapted s | recovered s | CPU % |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|',
  ]
  for (const r of rows)
    lines.push('| ' + [
      r.name, r.without ? `without ${r.without}` : 'all', r.picture.fps.toFixed(1), r.picture.freezes, r.picture.frozen_s.toFixed(1),
      (r.picture.longest_gap.ms / 1000).toFixed(2), percent(r.sound.concealed), [...new Set(r.picture.heights.map((h) => h.height))].join(' '),
      Math.round(r.picture.kbps), percent(Object.values(r.line_dropped).reduce((a, b) => a + b, 0) / Math.max(1, r.line_packets)),
      r.picture.nacks, r.picture.repaired, seconds(r.adapted_ms), seconds(r.recovered_ms), Math.round(100 * r.cpu),
    ].join(' | ') + ' |')
  return lines.join('\n') + '\n'
}

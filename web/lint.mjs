// House rules that the type checker does not see. Prints each fault, exits 1 if there is one.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const kMaxLines = 400;
const rules = [
  { what: 'static style attribute (the content security policy refuses it)', test: /<[^>]*\sstyle="/ },
  { what: 'v-html', test: /\sv-html=/ },
  { what: 'console output', test: /\bconsole\.(log|debug|info)\(/ },
  { what: 'text of a page outside src/i18n', test: /[\u4e00-\u9fff]/, skip: /i18n|\.test\.ts$|lib[\\/](office_date|numerals)\.ts$/ },
];

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

const faults = [];
for (const path of [...files('src'), ...files('tests')]) {
  if (!['.ts', '.vue', '.css'].includes(extname(path)) || path.endsWith('schema.d.ts')) continue;
  const lines = readFileSync(path, 'utf8').split('\n');
  if (lines.length > kMaxLines) faults.push(`${path}: ${lines.length} lines, at most ${kMaxLines}`);
  lines.forEach((line, index) => {
    for (const rule of rules) {
      if (rule.skip?.test(path)) continue;
      if (rule.test.test(line)) faults.push(`${path}:${index + 1}: ${rule.what}`);
    }
  });
}
if (readFileSync('package-lock.json', 'utf8').includes('"resolved"')) {
  faults.push('package-lock.json: has "resolved" addresses (see .npmrc)');
}
for (const fault of faults) console.error(fault);
process.exit(faults.length ? 1 : 0);

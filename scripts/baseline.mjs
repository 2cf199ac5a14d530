// Reproduces published results by the built toolkit: `npm run build && node scripts/baseline.mjs [NAME …]`. Every module in
// scripts/baseline/ is one reproduction; it exports its `name` and `run()`, which gives { json, markdown }. Without names
// all of them run. Writes reports/baseline/NAME.json and NAME.md.
import { mkdir, readdir, writeFile } from 'node:fs/promises';

const folder = new URL('./baseline/', import.meta.url);
const reports = new URL('../reports/baseline/', import.meta.url);

const files = (await readdir(folder)).filter((file) => file.endsWith('.mjs')).sort();
const entries = await Promise.all(files.map((file) => import(new URL(file, folder).href)));
const known = entries.filter((entry) => entry.name !== undefined);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.some((entry) => entry.name === name));
if (unknown.length > 0) {
  console.error(
    `no reproduction ${unknown.join(', ')}; there are ${known.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

await mkdir(reports, { recursive: true });
for (const { name, run } of known.filter((entry) => wanted.length === 0 || wanted.includes(entry.name))) {
  console.error(name);
  const { json, markdown } = await run();
  await writeFile(new URL(`${name}.json`, reports), `${JSON.stringify(json, null, 2)}\n`);
  await writeFile(new URL(`${name}.md`, reports), markdown);
}

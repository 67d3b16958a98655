/** Draws the icons of the installed wallet from its seal, with the browser of the tests: `node scripts/draw-icons.ts`. The pictures are committed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { launchBrowser } from '../web/e2e/support/browser.ts';
import { inProject } from './lib/paths.ts';
import { say } from './lib/terminal.ts';

// iOS knows no SVG here and rounds the corners itself; Android's mask may take all but a circle of 80 %, which the drawing allows for.
const icons = [
  { name: 'icon-192.png', source: 'seal.svg', side: 192 },
  { name: 'icon-512.png', source: 'seal.svg', side: 512 },
  { name: 'icon-maskable-512.png', source: 'seal-maskable.svg', side: 512 },
  { name: 'apple-touch-icon.png', source: 'seal-maskable.svg', side: 180 },
];

const folder = inProject('web/public');
const browser = await launchBrowser();
const profile = await browser.newProfile();
for (const { name, source, side } of icons) {
  const page = await profile.newPage();
  await page.setViewportSize({ width: side, height: side });
  const drawing = readFileSync(`${folder}/${source}`, 'utf8').replace(
    '<svg ',
    `<svg width="${side}" height="${side}" `,
  );
  await page.setContent(
    `<style>html, body { margin: 0; background: transparent; } svg { display: block; }</style>${drawing}`,
  );
  writeFileSync(`${folder}/${name}`, await page.screenshot({ omitBackground: source === 'seal.svg' }));
  await page.close();
  say(`web/public/${name}`);
}
await browser.close();

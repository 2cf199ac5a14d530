import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Where distributions put Chromium; undefined where there is none. */
export const executable = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));

/** Nothing but the page is to run: no updates, no first visit, no network. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser without a window, on a profile of its own. */
export function launch(): Promise<Browser> {
  // Chromium's sandbox refuses to run for root.
  const args = process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet;
  return chromium.launch({ executablePath: executable!, args });
}

/** A page, and all that it said on its console, threw, or asked for but the file itself. */
export interface Opened {
  readonly page: Page;
  readonly said: readonly string[];
}

export async function open(
  browser: Browser,
  file: string,
  { theme = 'light', width = 1000 }: { readonly theme?: 'light' | 'dark'; readonly width?: number } = {},
): Promise<Opened> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|blob|data):/.test(request.url())) said.push(`asked for ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, said };
}

/** What a page's process has used of the processor, which does not depend on what else runs. */
export async function processorMs(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return Math.round(1000 * metrics.find(({ name }) => name === 'ProcessTime')!.value);
}

/** Ends what was opened. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** Brings a block into view and gives its chart's middle, in the window. */
export async function chartOf(page: Page, name: string) {
  const figure = page.locator('figure', { has: page.locator('.name', { hasText: name }) }).first();
  await figure.locator('.chart').scrollIntoViewIfNeeded();
  await figure.locator('.chart svg, .chart canvas').first().waitFor();
  const box = (await figure.locator('.chart').boundingBox())!;
  return { figure, box };
}

/** What the chart's tooltip says while the pointer is at a place of it, as shares of its size. */
export async function hovered(page: Page, name: string, x: number, y: number): Promise<string> {
  const { figure, box } = await chartOf(page, name);
  await page.mouse.move(box.x + box.width * x - 3, box.y + box.height * y);
  await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
  // The drawing is the first part of a chart, what hovers over it the second.
  const told = figure.locator('.chart > div').nth(1);
  await told.waitFor();
  return told.innerText();
}

// Takes the picture of the demo page that stands in README.md, after three films were watched:
//   ./dev demo --no-serve && ./dev run node tests/e2e/picture.mjs ~/.cache/tsugi/demo/page web_demo/page.jpg
import { launch, removeWorkFolder, serveFolder, visitor } from './film_shelf.mjs';

const [folder, out] = process.argv.slice(2);
if (out === undefined) {
  process.stderr.write('usage: node picture.mjs BUILT_PAGE OUT.jpg\n');
  process.exit(2);
}
const site = await serveFolder(folder);
const browser = await launch();
const { page, ranked } = await visitor(browser, site.url, { contextOptions: {
  viewport: { width: 1200, height: 1250 }, reducedMotion: 'reduce', colorScheme: 'light' } });
for (const title of ['Toy Story', 'Apollo 13', 'Star Wars: Episode IV']) {
  await ranked(async () => {
    await page.fill('#search', title);
    await page.waitForSelector('#search-list > li');
    await page.press('#search', 'Enter');
  });
}
await page.evaluate(() => {
  document.activeElement.blur();
  return document.fonts.ready;
});
await page.screenshot({ path: out, type: 'jpeg', quality: 65 });
await browser.close();
await site.close();
removeWorkFolder();

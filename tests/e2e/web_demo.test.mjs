// The demo page as a visitor meets it: headless Chromium, the packaged engine, a small trained model.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  buildPage, fromDemo, launch, pageWithModel, removeWorkFolder, serveFolder, setting, visitor,
} from './film_shelf.mjs';

const axeSource = readFileSync(fromDemo.resolve('axe-core/axe.min.js'), 'utf8');
const STILL = { reducedMotion: 'reduce' };
let built;
let site;
let browser;

before(async () => {
  built = buildPage('page', { model: setting('TSUGI_MODEL') });
  site = await serveFolder(built);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.close();
  removeWorkFolder();
});

/** Opens the page, runs `body`, and insists that nothing went wrong on the way. */
async function visit(body, contextOptions = STILL) {
  const guest = await visitor(browser, site.url, { contextOptions });
  try {
    await body(guest);
    assert.deepEqual(guest.errors, [], 'the console is clean');
  } finally {
    await guest.context.close();
  }
}

/** axe inside the page. The policy forbids injected script tags, so it is evaluated. */
async function axeViolations(page) {
  await page.evaluate(`${axeSource};0`);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

test('a click re-ranks the shelf, says what changed and puts the film on the strip', () =>
  visit(async ({ page, shelf, strip, watch }) => {
    const first = await shelf();
    assert.equal(first.length, 15);
    assert.equal(new Set(first).size, 15);
    const seen = [await watch(3)];
    const second = await shelf();
    assert.notDeepEqual(second, first);
    assert.ok(!second.includes(seen[0]), 'a watched film leaves the shelf');
    assert.match(await page.textContent('#headline'), /Because you watched/);
    assert.match(await page.textContent('#announcer'), /new film/);
    assert.ok(await page.locator('.card[data-move=new]').count() > 0);
    seen.unshift(await watch(5));
    assert.deepEqual(await strip(), seen, 'newest first');
    assert.notDeepEqual(await shelf(), second);
  }));

test('the page says what the visitor seems to be here for, and the reading changes', () =>
  visit(async ({ page, watch }) => {
    assert.equal(await page.isVisible('#read'), false);
    await watch(3);
    const families = page.locator('.read__name span');
    assert.ok((await families.allTextContents()).includes('In the mood for'));
    const before = await page.textContent('#read-families');
    await watch(5);
    assert.notEqual(await page.textContent('#read-families'), before);
  }));

test('a film that is not for the visitor leaves, and undo brings it back', () =>
  visit(async ({ page, shelf, strip, watch, ranked }) => {
    const seen = await watch(3);
    const before = await shelf();
    await page.hover('#shelf > :nth-child(2)');
    await ranked(() => page.click('#shelf > :nth-child(2) .card__no'));
    assert.ok(!(await shelf()).includes(before[1]));
    assert.match(await page.textContent('#headline'), /Nothing like/);
    assert.deepEqual(await strip(), [before[1], seen]);
    assert.equal(await page.locator('.strip__film[data-disliked]').count(), 1);
    await page.reload();
    await page.waitForSelector('body.is-ready');
    assert.equal(await page.locator('.strip__film[data-disliked]').count(), 1, 'it is remembered');
    await ranked(() => page.click('.strip__film[data-disliked] button'));
    assert.deepEqual(await shelf(), before);
  }));

test('rows follow the first pick: none holds a film of another or of the shelf, and a film can be picked there', () =>
  visit(async ({ page, shelf, watch, ranked }) => {
    assert.equal(await page.isVisible('#rows'), false);
    await watch(3);
    await watch(4);
    await page.waitForFunction(() => document.body.dataset.rows === document.body.dataset.ranked);
    const titles = await page.locator('.rows__title').allTextContents();
    assert.ok(titles.length >= 4 && titles.some((title) => title.startsWith('More like ')), titles.join());
    const films = await page.$$eval('.row-card', (cards) => cards.map((card) => card.dataset.film));
    assert.equal(new Set([...films, ...(await shelf())]).size, films.length + 15);
    await page.click('.rows__code summary');
    assert.match(await page.textContent('.rows__code[open] code'), /session\.shelves\(\{ ?rows: 6, perRow: 12 ?\}\)/);
    await ranked(() => page.click(`.row-card[data-film="${films[0]}"] button`));
    assert.equal(await page.getAttribute('#strip > :first-child', 'data-film'), films[0]);
    assert.equal(await page.textContent('#status-requests'), '0');
  }));

test('looking back on the last film alone is a shelf of its own', () => visit(async (guest) => {
  const { page, shelf, watch, ranked } = guest;
  await watch(3);
  await watch(6);
  await watch(1);
  const all = await shelf();
  await ranked(() => page.fill('#memory', '1'));
  assert.equal(await page.textContent('#memory-shown'), 'The last film');
  assert.notDeepEqual(await shelf(), all);
  await ranked(() => page.fill('#memory', '10'));
  assert.deepEqual(await shelf(), all);
}));

test('a film that was never seen is added, ranked, found and still there after a reload', () =>
  visit(async ({ page, watch, ranked }) => {
    await watch(3);
    await page.click('.add__summary');
    await page.fill('#add-title', 'Night Train to Lisbon Bay');
    await page.check('#add-genres input[value=Drama]');
    await ranked(() => page.click('#add-form button[type=submit]'));
    await page.waitForFunction(() => document.querySelector('#add-answer').textContent !== '');
    assert.match(await page.textContent('#add-answer'), /for you it is number [\d,]+ of [\d,]+/);
    await page.click('#add-form button[type=submit]');
    assert.match(await page.textContent('#add-answer'), /is there already/);
    await page.reload();
    await page.waitForSelector('body.is-ready');
    await page.fill('#search', 'night train to lis');
    assert.match(await page.textContent('#search-list > li'), /Night Train to Lisbon Bay/);
    await page.click('.add__summary');
    await ranked(() => page.click('#add-own button'));
    await page.fill('#search', 'night train to lis');
    await page.waitForFunction(() => !document.querySelector('#search-list').textContent.includes('Lisbon Bay'));
    await ranked(() => page.click('#undo'));
    await ranked(() => page.click('#clear'));
    assert.doesNotMatch(await page.evaluate(() => JSON.stringify(localStorage)), /Lisbon/);
  }));

test('a typing error in the title finds films near it, and a word that is none says so', () =>
  visit(async ({ page }) => {
    const title = (await page.textContent('.card:first-child .card__title')).replace(/(\w{3})(\w)(\w)/, '$1$3$2');
    await page.fill('#search', title);
    await page.waitForSelector('#search-list > li');
    await page.fill('#search', 'qqqwwwzzz');
    await page.waitForSelector('#search-status:not(.visually-hidden)');
    assert.equal(await page.textContent('#search-status'), 'No film has this title.');
  }));

test('asking in words changes the shelf and says how it was taken', () =>
  visit(async (guest) => {
    const { page, shelf, watch, ranked } = guest;
    await watch(3);
    const own = await shelf();
    const ask = (words) => ranked(() => page.fill('#ask-words', words));
    await ask('something like these but before 1970, no drama');
    assert.match(await page.textContent('#ask-taken'), /before 1970 . no Drama . close to what you watched/);
    assert.ok((await page.locator('#shelf .card__facts').allTextContents()).every((facts) =>
      Number.parseInt(facts, 10) < 1970 && !facts.includes('Drama')));
    await ask('vampyre');
    assert.match(await page.textContent('#headline'), /You asked for .vampyre./);
    assert.match(await page.textContent('.card:first-child .card__title'), /Vampyre/);
    await ranked(() => page.click('#ask-ideas >> text=Clear'));
    assert.deepEqual(await shelf(), own);
    assert.equal(await page.inputValue('#ask-words'), '');
    await ranked(() => page.click('#ask-ideas >> text=space war'));
    assert.equal(await page.inputValue('#ask-words'), 'space war');
  }));

test('a film shows its four codes and the films that begin alike', () => visit(async ({ page }) => {
  const title = await page.textContent('.card:first-child .card__title');
  await page.focus('.card:first-child .card__look');
  await page.keyboard.press('Enter');
  assert.equal(await page.textContent('#tokens-title'), title);
  const codes = await page.locator('#tokens-codes b').allTextContents();
  assert.equal(codes.length, 4);
  assert.ok(codes.every((code) => /^[0-9a-f]{2}$/.test(code)));
  const first = await page.locator('.relative .code:first-child').allTextContents();
  assert.ok(first.length > 0 && first.every((code) => code === codes[0]));
  await page.keyboard.press('Escape');
  assert.equal(await page.isVisible('#tokens'), false);
}));

test('films that do not exist follow the visitor, the choice and the slider, and say what they are', () =>
  visit(async ({ page, watch }) => {
    assert.equal(await page.isVisible('#dream'), false);
    const imagined = () => page.textContent('#dream-shelf');
    /** Does `action` and waits for other films. */
    const changed = async (action) => {
      const before = await imagined();
      await action();
      await page.waitForFunction((old) =>
        document.querySelector('#dream-shelf').textContent !== old, before);
    };
    await changed(() => watch(3));
    assert.equal(await page.locator('.dream__card').count(), 6);
    assert.equal(await page.locator('.dream__badge', { hasText: 'Imagined' }).count(), 6);
    assert.match(await page.textContent('.dream__near'), /\d+% like \S/);
    assert.match(await page.textContent('.dream__card .card__title'), /\S/);
    const first = await imagined();
    await changed(() => page.click('#dream-dislike'));
    assert.equal(await page.getAttribute('#dream-dislike', 'aria-pressed'), 'true');
    assert.equal(await page.getAttribute('#dream-like', 'aria-pressed'), 'false');
    await changed(() => page.click('#dream-like'));
    assert.equal(await imagined(), first);
    await changed(() => page.fill('#dream-boldness', '4'));
    assert.equal(await page.textContent('#dream-shown'), 'Wild');
    await changed(() => page.click('#dream-again'));
    await changed(() => watch(7));
  }));

test('undo brings back exactly the shelf that was there', () => visit(async (guest) => {
  const { page, shelf, watch, ranked, strip } = guest;
  const states = [await shelf()];
  for (const place of [0, 4]) {
    await watch(place);
    states.push(await shelf());
  }
  for (const wanted of [states[1], states[0]]) {
    await ranked(() => page.click('#undo'));
    assert.deepEqual(await shelf(), wanted);
  }
  assert.deepEqual(await strip(), []);
  assert.equal(await page.getAttribute('#undo', 'aria-disabled'), 'true');
}));

test('taking a film back equals never having watched it', () => visit(async (guest) => {
  const { page, shelf, watch, ranked } = guest;
  const wantedTitle = await page.textContent('#shelf > li:nth-child(3) .card__title');
  const watchByTitle = () => ranked(async () => {
    await page.fill('#search', wantedTitle);
    await page.waitForSelector('#search-list > li');
    await page.press('#search', 'Enter');
  });
  await watchByTitle();
  const alone = await shelf();
  await ranked(() => page.click('#clear'));
  const other = await watch(9);
  await watchByTitle();
  assert.notDeepEqual(await shelf(), alone);
  await ranked(() => page.click(`#strip > [data-film="${other}"] button`));
  assert.deepEqual(await shelf(), alone);
}));

test('the keyboard alone finds, watches, walks the shelf and takes back', () =>
  visit(async (guest) => {
  const { page, ranked, strip, shelf } = guest;
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.className), /skip/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('star');
  await page.waitForSelector('#search-list > li:nth-child(2)');
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.getAttribute('#search', 'aria-activedescendant'), 'search-option-1');
  await ranked(() => page.keyboard.press('Enter'));
  assert.equal((await strip()).length, 1);

  await page.focus('#shelf > li:first-child button');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const place = () => page.evaluate(() =>
    [...document.querySelectorAll('#shelf > li')].findIndex((card) =>
      card.contains(document.activeElement)));
  assert.equal(await place(), 2);
  const film = (await shelf())[2];
  await ranked(() => page.keyboard.press('Enter'));
  assert.equal(await place(), 2, 'the focus stays at its place on the shelf');
  assert.equal((await strip())[0], film);
  await page.keyboard.press('End');
  assert.equal(await place(), 14);

  await ranked(() => page.keyboard.press('Control+z'));
  assert.equal((await strip()).length, 1);
  await page.focus('#strip button');
  await ranked(() => page.keyboard.press('Enter'));
  assert.equal(await page.evaluate(() => document.activeElement.id), 'undo',
    'the focus is not lost');
}));

test('every film on a filtered shelf has the genre and the decade', () => visit(async (guest) => {
  const { page, ranked, watch } = guest;
  const chip = (name) => page.getByRole('button', { name, exact: true });
  const facts = () => page.$$eval('#shelf .card__facts', (all) =>
    all.map((fact) => fact.textContent));
  await watch(1);
  await ranked(() => chip('Western').click());
  assert.equal(await chip('Western').getAttribute('aria-pressed'), 'true');
  for (const fact of await facts()) assert.match(fact, /Western/);
  await ranked(() => chip('All').click());

  await ranked(() => page.fill('#year-from', '1950'));
  await ranked(() => page.fill('#year-to', '1970'));
  assert.equal(await page.textContent('#years-shown'), '1950s \u2013 1970s');
  const years = (await facts()).map((fact) => Number(fact.slice(0, 4)));
  assert.equal(years.length, 15);
  for (const year of years) assert.ok(year >= 1950 && year <= 1979, String(year));
}));

test('a filter that no film passes says so and offers the way out', () => visit(async (guest) => {
  const { page, ranked, shelf } = guest;
  const oldest = await page.getAttribute('#year-to', 'min');
  await ranked(() => page.fill('#year-to', oldest));
  await ranked(() => page.getByRole('button', { name: 'Western', exact: true }).click());
  assert.deepEqual(await shelf(), []);
  await ranked(() => page.getByRole('button', { name: 'Show all films' }).click());
  assert.equal((await shelf()).length, 15);
}));

test('surprise mixes the shelf and can be turned down again', () => visit(async (guest) => {
  const { page, ranked, shelf, watch } = guest;
  await watch(0);
  const close = await shelf();
  await ranked(() => page.fill('#surprise', '90'));
  assert.notDeepEqual(await shelf(), close);
  await ranked(() => page.fill('#surprise', '0'));
  assert.deepEqual(await shelf(), close);
}));

test('the status strip tells time, bytes, memory and build', () =>
  visit(async ({ page, watch }) => {
  await watch(0);
  assert.match(await page.textContent('#status-time'), /(\u00b5s|ms) \(median of 1\)/);
  assert.match(await page.textContent('#status-bytes'), /KB engine \+ .*[KM]B model/);
  assert.match(await page.textContent('#status-build'), /SIMD/);
  assert.match(await page.textContent('#status-memory'), /[KM]B/);
}));

test('the page ships the licences of the engine, of what is linked into it, and of the fonts', async () => {
  const text = await (await fetch(new URL('licences.txt', site.url))).text();
  for (const part of ['Apache License', 'XNNPACK', 'FlatBuffers', 'musl', 'Limelight', 'SIL Open Font License']) {
    assert.ok(text.includes(part), part);
  }
});

test('nothing leaves the device: every request goes to the page\'s own server', () =>
  visit(async ({ requests, watch }) => {
    const loaded = requests.length;
    for (const place of [0, 1, 2]) await watch(place);
    assert.equal(requests.length, loaded, 'no request after load');
    assert.deepEqual(requests.filter((url) => !url.startsWith(site.url)), []);
  }));

/** Another site and a visitor of its own; both are gone afterwards, whatever happens. */
async function visitSite(folder, waitFor, body) {
  const own = await serveFolder(folder);
  const guest = await visitor(browser, own.url, { contextOptions: STILL, waitFor });
  try {
    await body(guest, own);
  } finally {
    await guest.context.close();
    await own.close();
  }
}
const READY = 'body.is-ready';
const PROBLEM = '#problem:visible';

test('a reload remembers, and works when the server is gone', () =>
  visitSite(built, READY, async ({ page, shelf, strip, watch, errors }, own) => {
    await watch(2);
    const [wantedShelf, wantedStrip] = [await shelf(), await strip()];
    await page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      while (active.state !== 'activated') await new Promise((done) => setTimeout(done, 20));
    });
    await own.close();
    await page.reload();
    await page.waitForSelector(READY);
    assert.deepEqual(await strip(), wantedStrip);
    assert.deepEqual(await shelf(), wantedShelf);
    assert.match(await page.textContent('#status-bytes'), /kept on this device/);
    assert.deepEqual(errors.filter((text) => !/ERR_CONNECTION_REFUSED/.test(text)), []);
  }));

const WRONG_MODELS = {
  'a damaged model': (bytes) =>
    bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 255 : byte)),
  'a truncated model': (bytes) => bytes.subarray(0, bytes.length >> 1),
  'a web page instead of a model': () => Buffer.from('<!doctype html><title>Not here</title>'),
  'a missing model file': () => null,
};
for (const [name, change] of Object.entries(WRONG_MODELS)) {
  test(`${name} shows a message that says what to do`, () => {
    const bytes = change(readFileSync(setting('TSUGI_MODEL')));
    const folder = pageWithModel(built, name.replaceAll(' ', '-'), bytes);
    return visitSite(folder, PROBLEM, async ({ page }) => {
      const text = await page.textContent('#problem');
      assert.match(text, /damaged|could not be fetched/);
      assert.match(text, /\.\/dev demo/);
      assert.deepEqual(await axeViolations(page), []);
    });
  });
}

test('a damaged copy on the device does not outlive "Try again"', () => {
  const good = readFileSync(setting('TSUGI_MODEL'));
  const folder = pageWithModel(built, 'damaged-copy', WRONG_MODELS['a damaged model'](good));
  return visitSite(folder, PROBLEM, async ({ page }) => {
    pageWithModel(built, 'damaged-copy', good); // the server is repaired
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForSelector(READY);
  });
});

test('a page built without a model says how to make one', () =>
  visitSite(buildPage('page-without-model'), PROBLEM, async ({ page }) =>
    assert.match(await page.textContent('#problem'), /no model file yet[^]*\.\/dev demo/)));

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in the ${colorScheme} colours`, () => visit(async (guest) => {
    const { page, watch } = guest;
    assert.deepEqual(await axeViolations(page), [], 'first shelf');
    await watch(0);
    await watch(1);
    await page.fill('#search', 'star');
    await page.waitForSelector('#search-list > li');
    assert.deepEqual(await axeViolations(page), [], 'after two films, with the search open');
  }, { ...STILL, colorScheme }));
}

for (const width of [320, 360, 768, 1280, 1920]) {
  test(`at ${width} pixels nothing overflows sideways`, () => visit(async ({ page, watch }) => {
    await watch(0);
    const overflow = await page.evaluate(() =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0);
  }, { ...STILL, viewport: { width, height: 800 } }));
}

for (const [width, height] of [[390, 844], [360, 740]]) {
  test(`at ${width} x ${height} a film is in sight on arrival and after each pick`, () =>
    visit(async ({ page, watch }) => {
      const firstCover = () => page.evaluate(() => {
        scrollTo(0, 0);
        return document.querySelector('#shelf .cover').getBoundingClientRect().top;
      });
      assert.ok(await firstCover() < height - 80, `on arrival at ${await firstCover()}`);
      for (const place of [0, 3, 1]) {
        await watch(place);
        assert.ok(await firstCover() < height - 80, `after a pick at ${await firstCover()}`);
      }
      await page.click('#wishes-toggle');
      assert.equal(await page.isVisible('#genres'), true);
    }, { ...STILL, viewport: { width, height } }));
}

test('a pick low on the shelf says what changed where the visitor looks', () =>
  visit(async ({ page, watch }) => {
    await watch(14);
    assert.equal(await page.isVisible('#toast'), true);
    assert.match(await page.textContent('#toast'), /Because you watched .*: \d+ new film/);
  }, { ...STILL, viewport: { width: 390, height: 844 } }));

test('the shelf does not jump: the layout shift of a visit is below .05', () =>
  visit(async ({ page, watch }) => {
    for (const place of [0, 3, 1]) await watch(place);
    const shift = await page.evaluate(() => new Promise((done) => {
      new PerformanceObserver((list) => done(list.getEntries()
        .filter((entry) => !entry.hadRecentInput).reduce((sum, { value }) => sum + value, 0)))
        .observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => done(0), 1000); // none at all
    }));
    assert.ok(shift < 0.05, String(shift));
  }, { ...STILL, viewport: { width: 390, height: 844 } }));

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen '.repeat(2).trim();

for (const width of [320, 390, 1280]) {
  test(`at ${width} pixels a long title and a long question widen nothing`, () =>
    visit(async ({ page, ranked }) => {
      await page.evaluate(() => { document.querySelector('#add').open = true; });
      await page.fill('#add-title', LONG.slice(0, 120));
      await ranked(() => page.click('#add-form button[type=submit]'));
      await page.fill('#search', LONG.slice(0, 120));
      await ranked(() => page.press('#search', 'Enter'));
      await page.evaluate(() => document.querySelector('#wishes').classList.add('is-open'));
      await ranked(() => page.fill('#ask-words', LONG.replaceAll(' ', '').slice(0, 200)));
      const overflow = await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0);
    }, { ...STILL, viewport: { width, height: 844 } }));
}

test('films travel to their new place, unless the visitor asked for less motion', async () => {
  const running = ({ page }) => page.evaluate(() =>
    document.getAnimations().filter((animation) => animation.playState === 'running').length);
  await visit(async (guest) => {
    await guest.watch(0);
    assert.ok(await running(guest) >= 3);
  }, { reducedMotion: 'no-preference' });
  await visit(async (guest) => {
    await guest.watch(0);
    assert.equal(await running(guest), 0);
  });
});

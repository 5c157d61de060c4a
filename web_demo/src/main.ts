/** Wires the page: loads the engine, opens a visit, mounts the views. */
import { createCatalogue, type Catalogue } from './catalogue.js';
import { loadEngine, type Engine } from './engine.js';
import { addedFilms, keepWatched, recallWatched } from './memory.js';
import { isServedFromDevice, keepOffline } from './offline.js';
import { createStore } from './store.js';
import { mountAddFilm } from './views/add_film.js';
import { mountFilterBar } from './views/filter_bar.js';
import { mountImagined } from './views/imagined.js';
import { hideLoading, NO_MODEL, showFailure, showProblem, showProgress } from './views/notice.js';
import { mountAskBox, SearchBox } from './views/search.js';
import { mountSessionStrip } from './views/session_strip.js';
import { mountShelf } from './views/shelf.js';
import { mountStatusStrip } from './views/status_strip.js';
import { mountSummary } from './views/summary.js';
import { mountTokens } from './views/tokens.js';
import { Visit } from './visit.js';

/** build.json, written by build.mjs. */
interface Build {
  readonly model: { readonly url: string; readonly bytes: number; readonly integrity: string } | null;
  /** Compressed size of the engine build that was tested with this page. */
  readonly engineBytes: Readonly<Record<string, number>>;
  /** Ids, best known first. */
  readonly popular: readonly string[];
}

const isFromDevice = isServedFromDevice();

async function fetchBuild(): Promise<Build> {
  const response = await fetch('./build.json');
  if (!response.ok) throw new Error(`build.json: the server answered ${response.status}`);
  return await response.json() as Build;
}

/** The covers are set in web fonts: they wait for them, though not for long. */
async function fontsReady(): Promise<void> {
  const faces = ['Limelight', 'Abril Fatface', 'Shrikhand', 'Anton', 'Jost Variable'];
  const loading = Promise.allSettled(faces.map((face) => document.fonts.load(`20px "${face}"`)));
  await Promise.race([loading, new Promise((resolve) => setTimeout(resolve, 1500))]);
}

async function mountPage(engine: Engine, catalogue: Catalogue, build: Build): Promise<void> {
  if (engine.canAdd) {
    for (const film of addedFilms.recall(() => localStorage)) {
      if (catalogue.find(film.id) === undefined) catalogue.add(await engine.add(film));
    }
  }
  const store = createStore();
  const visit = new Visit({ engine, catalogue, popular: build.popular, store,
    onFailure: showFailure });
  mountSessionStrip(store, visit);
  mountShelf(catalogue, store, visit);
  mountTokens();
  mountAskBox(catalogue, store, visit, engine.canSearch);
  mountSummary(store);
  mountImagined(catalogue, store, engine);
  mountFilterBar(catalogue, store, visit);
  mountAddFilm(catalogue, store, visit, engine.canAdd);
  mountStatusStrip(store, engine, { modelBytes: build.model?.bytes ?? 0,
    engineBytes: build.engineBytes[engine.build] ?? 0, isFromDevice });
  new SearchBox(catalogue, store, visit);
  keepWatched(store, () => localStorage);
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !isTyping) {
      event.preventDefault();
      void visit.undo();
    }
  });
  await visit.open(recallWatched(catalogue, () => localStorage));
}

async function start(): Promise<void> {
  keepOffline();
  try {
    const build = await fetchBuild();
    if (build.model === null) {
      showProblem(NO_MODEL);
      return;
    }
    const { url, integrity } = build.model;
    const [engine] = await Promise.all([
      loadEngine(new URL(url, document.baseURI).href, { integrity, onProgress: showProgress }),
      fontsReady(),
    ]);
    hideLoading();
    await mountPage(engine, createCatalogue(engine.items, build.popular), build);
    document.body.classList.add('is-ready');
  } catch (error) {
    showFailure(error);
  }
}

void start();

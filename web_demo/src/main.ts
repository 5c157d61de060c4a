/** Wires the page: loads the engine, opens a visit, mounts the views. */
import { createCatalogue, type Catalogue } from './catalogue.js';
import { fetchBuild, type Build } from './build.js';
import { loadEngine, type Engine } from './engine.js';
import { followOtherTabs, keepMemory, recall, type Kept } from './memory.js';
import { isServedFromDevice, keepOffline } from './offline.js';
import { createStore } from './store.js';
import { mountAddFilm } from './views/add_film.js';
import { allowOwnWorkers } from './views/dom.js';
import { mountFilterBar } from './views/filter_bar.js';
import { mountImagined } from './views/imagined.js';
import { hideLoading, NO_MODEL, STALLED, showFailure, showProblem, showProgress } from './views/notice.js';
import { mountRows } from './views/rows.js';
import { mountAskBox, SearchBox } from './views/search.js';
import { mountSessionStrip } from './views/session_strip.js';
import { mountShelf } from './views/shelf.js';
import { mountStatusStrip } from './views/status_strip.js';
import { mountSummary } from './views/summary.js';
import { mountTokens } from './views/tokens.js';
import { Visit } from './visit.js';

const isFromDevice = isServedFromDevice();

/** The covers are set in web fonts: they wait for them, though not for long. */
async function fontsReady(): Promise<void> {
  const faces = ['Limelight', 'Abril Fatface', 'Shrikhand', 'Anton', 'Jost Variable'];
  const loading = Promise.allSettled(faces.map((face) => document.fonts.load(`20px "${face}"`)));
  await Promise.race([loading, new Promise((resolve) => setTimeout(resolve, 1500))]);
}

async function mountPage(engine: Engine, catalogue: Catalogue, build: Build): Promise<void> {
  const store = createStore();
  const visit = new Visit({ engine, catalogue, popular: build.popular, store,
    onFailure: showFailure });
  mountSessionStrip(store, visit);
  mountShelf(catalogue, store, visit);
  mountTokens();
  mountAskBox(catalogue, store, visit, engine.canSearch);
  mountSummary(store);
  mountRows(store, visit);
  mountImagined(catalogue, store, engine);
  mountFilterBar(catalogue, store, visit);
  mountAddFilm(catalogue, store, visit, engine.canAdd);
  mountStatusStrip(store, engine, { modelBytes: build.model?.bytes ?? 0,
    engineBytes: build.engineBytes[engine.build] ?? 0, isFromDevice });
  new SearchBox(catalogue, store, visit, engine);
  const memory = (): Kept => {
    const { watched, added } = recall(() => localStorage);
    return { watched, added: engine.canAdd ? added : [] };
  };
  followOtherTabs(() => void visit.open(memory()));
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !isTyping) {
      event.preventDefault();
      void visit.undo();
    }
  });
  await visit.open(memory());
  keepMemory(store, () => localStorage);
}

/** Without a byte for so long, the server is taken for dead. */
const PATIENCE_MS = 30_000;

/** Aborts `signal` when nothing has been heard for PATIENCE_MS. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.heard();
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), PATIENCE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

async function start(): Promise<void> {
  allowOwnWorkers();
  keepOffline();
  const watchdog = new Watchdog();
  try {
    const build = await fetchBuild(watchdog.signal);
    if (build.model === null) {
      showProblem(NO_MODEL);
      return;
    }
    const { url, integrity } = build.model;
    const onProgress = (loaded: number, total: number): void => {
      watchdog.heard();
      showProgress(loaded, total);
    };
    const [engine] = await Promise.all([
      loadEngine(new URL(url, document.baseURI).href, { integrity, signal: watchdog.signal, onProgress }),
      fontsReady(),
    ]);
    watchdog.stop();
    hideLoading();
    await mountPage(engine, createCatalogue(engine.items, build.popular), build);
    document.body.classList.add('is-ready');
  } catch (error) {
    if (watchdog.signal.aborted) showProblem(STALLED);
    else showFailure(error);
  } finally {
    watchdog.stop();
  }
}

void start();

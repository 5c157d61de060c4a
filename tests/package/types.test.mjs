// Strict TypeScript projects that use the package, under every resolution that knows exports.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { consumer, join, run, tool, write } from './packed_package.mjs';

const folder = consumer();
const page = `
import { Recommender, Session, TsugiError, type AttributeConditions, type AttributeFilter, type ErrorCode, type Recommendation } from 'tsugi';
import { Recommender as WorkerRecommender, type Session as WorkerSession } from 'tsugi/worker';
import { Recommender as InlineRecommender } from 'tsugi/inline';

export async function show(signal: AbortSignal): Promise<Recommendation[]> {
  using model = await Recommender.load(new URL('https://example.org/model.tsugi'), {
    signal, integrity: 'sha256-x', cache: true, memoryLimitBytes: 1e8,
    onProgress: ({ phase, loaded, total }) => console.log(phase, loaded, total ?? '?'),
  });
  const session: Session = model.session();
  const { accepted, unknown } = session.push([{ item: 'a', time: Date.now(), action: 'view', duration: 3 }, { item: 'b', time: new Date() }, 'c']);
  console.log(accepted, unknown.length, model.info.build, model.capabilities.length, model.items()[0]?.title);
  const drawn: string[] = session.continue({ n: 3, temperature: 0.8, topP: 0.9, seed: 7 });
  model.restore(session.save()).dispose();
  session.recommend({ filter: (item) => item.id !== drawn[0] });
  const fields = ['genres'];
  return session.recommend({ k: 10, exclude: drawn, diversity: 0.3, seen: 'filter',
    filter: { genres: fields, year: { min: 1990, max: 1999 }, not: { genres: 'Horror' } },
    caps: { field: 'genres', max: 3 } });
}

export async function showInWorker(): Promise<string | undefined> {
  const model = await WorkerRecommender.load('/model.tsugi');
  const session = await model.session();
  await session.push('a');
  const bytes: Uint8Array = await session.save();
  await model.restore(bytes);
  return (await session.recommend())[0]?.item;
}

export function codeOf(cause: unknown): ErrorCode | undefined {
  return cause instanceof TsugiError ? cause.code : undefined;
}
export const inline: Promise<InlineRecommender> = InlineRecommender.load(new Uint8Array(8));

export function headline(session: Session): string | undefined {
  const intent = session.intent();
  const share: number | undefined = intent.weights['topic'];
  const shares: [string, number][] = Object.keys(intent.weights).map((family) => [family, intent.weights[family] ?? 0]);
  return (share ?? shares.length) > 0 ? intent['topic']?.[0]?.label : undefined;
}
export function filters(session: Session, not: AttributeConditions): void {
  const filter: AttributeFilter = { genres: ['Drama', 'War'], year: 1990, not };
  session.recommend({ filter: { ...filter, year: { min: 1990 }, not: { genres: 'Horror', year: { max: 1950 } } } });
  session.imagine({ avoid: not });
  // @ts-expect-error a range has min and max
  session.recommend({ filter: { year: { from: 1990 } } });
  // @ts-expect-error of numbers
  session.recommend({ filter: { year: { min: '1990' } } });
  // @ts-expect-error also under not
  session.recommend({ filter: { not: { year: { from: 1990 } } } });
  // @ts-expect-error a value is not an object
  session.recommend({ filter: { genres: [{ name: 'Drama' }] } });
  // @ts-expect-error a filter cannot wait
  session.recommend({ filter: async () => true });
}
export function spread(session: Session, genres: string[], years: { min: number; max: number } | undefined): void {
  const filter = {
    ...(genres.length > 0 && { not: { genres } }),
    ...(years !== undefined && { year: years }),
  };
  session.recommend({ filter });
}
export function added(model: Recommender): void {
  model.addItems([{ id: 'a', title: null, attributes: { genres: ['Drama', null], year: 1990, mood: undefined } }]);
  model.addItems([{ id: 'b', vectors: { image: new Float32Array(3), text: [1, 2], sound: null } }]);
  const widths: number[] = model.info.modalities.map(({ width }) => width);
  console.log(widths);
  // @ts-expect-error a vector is made of numbers
  model.addItems([{ id: 'c', vectors: { image: ['1'] } }]);
  // @ts-expect-error vectors have names
  model.addItems([{ id: 'd', vectors: [1, 2, 3] }]);
  // @ts-expect-error a value is a string or a number
  model.addItems([{ id: 'a', attributes: { price: { amount: 5 } } }]);
}
export async function inWorker(session: WorkerSession): Promise<void> {
  await session.recommend({ k: 5, filter: { genres: 'Drama', year: { max: 1999 } } });
  await session.continue({ n: 2, filter: { genres: 'Drama' } });
  // @ts-expect-error a function cannot be sent to the worker
  await session.recommend({ filter: (item: { id: string }) => item.id !== 'a' });
}
// @ts-expect-error sessions are made by models
export const madeSession = () => new Session();
// @ts-expect-error models are loaded
export const madeModel = () => new Recommender();
// @ts-expect-error also in the worker
export const madeInWorker = () => new WorkerRecommender();

// @ts-expect-error an option that does not exist
export const wrong = (session: Session) => session.recommend({ kk: 3 });
// @ts-expect-error ids are strings
export const wrongId = (session: Session) => session.push({ item: 7 });
`;

const es2022 = ['es2022', 'dom'];
const projects = [
  { name: 'bundler', lib: es2022, options: { module: 'esnext', moduleResolution: 'bundler' } },
  { name: 'node16', lib: es2022, options: { module: 'node16', moduleResolution: 'node16' } },
  {
    name: 'nodenext',
    lib: ['esnext', 'dom', 'dom.iterable'],
    options: { module: 'nodenext', moduleResolution: 'nodenext' },
  },
];
/** Compiles a strict project of one file; returns what the compiler says. */
function compile(name, source, options) {
  write(folder, {
    [`${name}/page.ts`]: source,
    [`${name}/tsconfig.json`]: JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        strict: true,
        types: [],
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        noEmit: true,
        isolatedModules: true,
        ...options,
      },
    }),
  });
  return run(process.execPath, [tool('typescript/bin/tsc'), '-p', `${folder}/${name}`]);
}

for (const { name, lib, options } of projects) {
  test(`a strict project compiles with ${name} and the libraries ${lib.join(' ')}`, () => {
    const { status, output } = compile(name, page, { lib, ...options });
    assert.equal(status, 0, output);
  });
}

test('a project without the DOM library compiles', () => {
  const source = `
    import { Recommender } from 'tsugi';
    import { Recommender as WorkerRecommender } from 'tsugi/worker';
    export const model = Recommender.load('/model.tsugi', { signal: null, cache: 'shop' });
    export const saved = model.then((own) => own.session().save());
    export const other = WorkerRecommender.load(new Uint8Array(8));
    // @ts-expect-error not a source
    export const wrong = Recommender.load(7);`;
  const options = { lib: ['es2022'], module: 'nodenext', moduleResolution: 'nodenext' };
  const { status, output } = compile('no_dom', source, options);
  assert.equal(status, 0, output);
});

test('the declarations are the public ones, and methods of the worker are described', () => {
  const declarations = join(folder, 'node_modules/tsugi/dist');
  const names = readdirSync(declarations, { recursive: true }).filter((name) =>
    name.endsWith('.d.ts'),
  );
  const own = ['api', 'errors', 'recommender', 'session', 'types', 'web', 'worker_client'];
  assert.deepEqual(
    names.sort(),
    own.map((name) => `${name}.d.ts`),
  );
  const worker = readFileSync(join(declarations, 'worker_client.d.ts'), 'utf8');
  for (const verb of ['push', 'recommend', 'search', 'items', 'session', 'save']) {
    assert.match(worker, new RegExp(`\\*/\\s+${verb}\\(`), verb);
  }
});

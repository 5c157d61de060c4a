// Strict TypeScript projects that use the package, under every resolution that knows exports.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumer, run, tool, write } from './packed_package.mjs';

const folder = consumer();
const page = `
import { Recommender, Session, TsugiError, type ErrorCode, type Recommendation } from 'tsugi';
import { Recommender as WorkerRecommender } from 'tsugi/worker';
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
for (const { name, lib, options } of projects) {
  test(`a strict project compiles with ${name} and the libraries ${lib.join(' ')}`, () => {
    write(folder, {
      [`${name}/page.ts`]: page,
      [`${name}/tsconfig.json`]: JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          lib,
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
    const { status, output } = run(process.execPath, [
      tool('typescript/bin/tsc'),
      '-p',
      `${folder}/${name}`,
    ]);
    assert.equal(status, 0, output);
  });
}

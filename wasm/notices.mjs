// THIRD_PARTY_NOTICES of the package: the licences of everything that is linked into its engine.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const MUSL = '/usr/share/emscripten/system/lib/libc/musl/COPYRIGHT';
const APACHE = 'Its text is in the file LICENSE of this package.';

/** The text of a licence, from the sources that wasm/xnnpack/fetch_sources.sh fetched. */
function licenceOf(sources, name) {
  const folder = readdirSync(sources).find((entry) => new RegExp(`^${name}-[0-9]`).test(entry));
  if (folder === undefined) throw new Error(`${sources} holds no ${name}-VERSION`);
  return readFileSync(join(sources, folder, 'LICENSE'), 'utf8');
}

/** @throws {Error} a licence is not where it should be */
export function notices(sources) {
  if (!existsSync(MUSL)) throw new Error(`${MUSL} is missing: install emscripten`);
  const parts = [
    ['XNNPACK (BSD-3-Clause)', licenceOf(sources, 'xnnpack')],
    ['pthreadpool (BSD-2-Clause)', licenceOf(sources, 'pthreadpool')],
    ['FP16 (MIT)', licenceOf(sources, 'fp16')],
    ['FXdiv (MIT)', licenceOf(sources, 'fxdiv')],
    ['FlatBuffers (Apache-2.0)', `Copyright Google LLC. ${APACHE}`],
    [
      'libc++, libc++abi and compiler-rt (Apache-2.0 with LLVM exceptions)',
      `Parts of the LLVM project. ${APACHE} The exceptions allow parts that a compiler embeds to be\n` +
        'passed on without the conditions of its sections 4(a), 4(b) and 4(d).',
    ],
    [
      'Emscripten (MIT)',
      `Copyright (c) 2010-2022 Emscripten authors. ${licenceOf(sources, 'fxdiv').replace(/^[\s\S]*?(?=Permission)/, '')}`,
    ],
    ['musl, the C library (MIT)', readFileSync(MUSL, 'utf8')],
  ];
  const head = 'The WebAssembly files of tsugi contain parts of the following software.\n';
  const sections = parts.map(([name, text]) => `${'='.repeat(80)}\n${name}\n\n${text.trim()}\n`);
  return [head, ...sections].join('\n');
}

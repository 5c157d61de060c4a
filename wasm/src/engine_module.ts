/**
 * The compiled engine: the best build for this machine, compiled once and shared by all models, and
 * the functions that it imports.
 */
import { arrivalOf, checkResponse, describeArrival, fetchFrom, resolveAddress } from './arrival.js';
import { hasCode, invalid, reasonOf, TsugiError, untilAborted } from './errors.js';
import {
  isAddress,
  isBytes,
  isModule,
  isResponse,
  viewOf,
  type Answer,
  type Build,
  type Host,
} from './host.js';
import type { CheckedOptions } from './load_options.js';
import { checkKeys, wrong } from './options.js';
import type { ModelInfo, WasmSource } from './types.js';
import { VITE_REMEDY } from './web_host.js';

const EBADF = 8;

/** The growth of the memory, which engine.ts sees by the detached buffer, and writing to files. */
const ANSWERED = /^(emscripten_notify_memory_growth|fd_(write|close|seek))$/;

/**
 * The functions that the WebAssembly file imports from its host: hardly any. The engine neither
 * prints nor opens files, so writing fails. A call of any other import traps, and the error names
 * the function.
 */
const functions = new Proxy<WebAssembly.ModuleImports>(
  {},
  {
    get: (_, name: string) => () => {
      if (ANSWERED.test(name)) return EBADF;
      throw new WebAssembly.RuntimeError(`no ${name}`); // which the engine reports as a trap
    },
  },
);

/** The imports, whatever the file calls their source. */
export const imports = new Proxy<WebAssembly.Imports>({}, { get: () => functions });

export interface EngineModule {
  readonly module: WebAssembly.Module;
  readonly build: ModelInfo['build'];
}

const WASM_MAGIC = [0, 0x61, 0x73, 0x6d];

/** Whether the host takes a module with one function of type () -> v128 and the body `code`. */
function canRun(...code: number[]): boolean {
  const body = [0, ...code, 0x0b];
  const bytes = [
    ...WASM_MAGIC,
    ...[1, 0, 0, 0], // version
    ...[1, 5, 1, 0x60, 0, 1, 0x7b], // type () -> v128
    ...[3, 2, 1, 0], // one function of it
    ...[10, body.length + 2, 1, body.length, ...body],
  ];
  return WebAssembly.validate(new Uint8Array(bytes));
}

const ZERO = [0x41, 0, 0xfd, 0x0f]; // i32.const 0, i8x16.splat

/** Tests i8x16.splat. */
export const hasSimd128 = (): boolean => canRun(...ZERO);

/** Tests i8x16.relaxed_swizzle. */
export const hasRelaxedSimd = (): boolean => canRun(...ZERO, ...ZERO, 0xfd, 0x80, 0x02);

/** Compiled modules by address, or by the bytes of tsugi/inline. */
const compiled = new Map<string | Uint8Array, Promise<WebAssembly.Module>>();

/**
 * Returns the module that `make` makes, which is called once per key and again after a failure. A
 * caller that aborts does not stop the others, but the next caller starts anew: a request that
 * hangs must not block it.
 */
async function shared(
  key: string | Uint8Array,
  make: () => Promise<WebAssembly.Module>,
  signal: AbortSignal | undefined,
): Promise<WebAssembly.Module> {
  const module = compiled.get(key) ?? make();
  compiled.set(key, module);
  try {
    return await untilAborted(module, signal);
  } catch (cause) {
    if (compiled.get(key) === module) compiled.delete(key);
    throw cause;
  }
}

const unavailable = (message: string, cause?: unknown): TsugiError =>
  new TsugiError('engine_unavailable', message, { cause });

const isUnavailable = (cause: unknown): boolean => hasCode(cause, 'engine_unavailable');

const isSource = (source: unknown): source is WasmSource =>
  [isAddress, isModule, isBytes, isResponse].some((is) => is(source));

async function compileBytes(
  bytes: BufferSource,
  name: string,
  type = '',
): Promise<WebAssembly.Module> {
  const view = viewOf(name, bytes);
  if (!WASM_MAGIC.every((byte, index) => view[index] === byte)) {
    throw unavailable(`the engine's WebAssembly file: ${describeArrival({ name, type }, view)}`);
  }
  try {
    return await WebAssembly.compile(view);
  } catch (cause) {
    throw unavailable(`${name} could not be compiled: ${reasonOf(cause)}`, cause);
  }
}

/** @throws {TsugiError} engine_unavailable: it ended early */
export async function bodyOf(response: Answer, name: string): Promise<ArrayBuffer> {
  try {
    return await response.arrayBuffer();
  } catch (cause) {
    throw unavailable(`${name} ended early: ${reasonOf(cause)}`, cause);
  }
}

/** Compiles while the response arrives if it has the right type; otherwise from its bytes. */
async function compileResponse(response: Answer, name: string): Promise<WebAssembly.Module> {
  const arrival = arrivalOf(response, name);
  if (arrival.type !== 'application/wasm' || !isResponse(response)) {
    return compileBytes(await bodyOf(response, arrival.name), arrival.name, arrival.type);
  }
  const copy = response.clone(); // to describe what came if it is not WebAssembly
  try {
    const module = await WebAssembly.compileStreaming(response);
    void copy.body?.cancel().catch(() => undefined);
    return module;
  } catch {
    return compileBytes(await bodyOf(copy, arrival.name), arrival.name, arrival.type);
  }
}

async function compileAddress(host: Host, url: string): Promise<WebAssembly.Module> {
  try {
    // No signal, because other callers may wait for the same file. Each stops waiting by its own.
    return await compileResponse(await fetchFrom(host, url, undefined), url);
  } catch (cause) {
    const remedy = url.includes('/.vite/') ? VITE_REMEDY : '';
    if (isUnavailable(cause) && remedy === '') throw cause;
    throw unavailable(
      `the engine's WebAssembly file: ${reasonOf(cause)}; see the option 'wasm'${remedy}`,
      cause,
    );
  }
}

async function compile(
  host: Host,
  source: WasmSource,
  signal: AbortSignal | undefined,
): Promise<WebAssembly.Module> {
  if (isAddress(source)) {
    const { href } = resolveAddress(host, source);
    return shared(href, () => compileAddress(host, href), signal);
  }
  if (isModule(source)) return source;
  const compiling = isResponse(source)
    ? compileResponse(checkResponse(source, 'the Response'), 'the Response')
    : compileBytes(source as BufferSource, 'the bytes');
  return untilAborted(compiling, signal);
}

/** Where the package's own file is. @throws {TsugiError} engine_unavailable: a bundler moved it */
function ownSource(host: Host, build: Build): URL | Uint8Array<ArrayBuffer> {
  try {
    const source = host.wasm(build);
    return isBytes(source) ? source : host.resolve(source);
  } catch (cause) {
    throw unavailable(
      `the engine's WebAssembly file is lost in the bundle: ${reasonOf(cause)}. Try: 'tsugi/inline', ` +
        "the option 'wasm', or no bundle (Next: serverExternalPackages: ['tsugi'])",
      cause,
    );
  }
}

/** Compiles the engine that comes with the package. */
function compileOwn(
  host: Host,
  build: Build,
  signal: AbortSignal | undefined,
): Promise<WebAssembly.Module> {
  const source = ownSource(host, build);
  return isBytes(source)
    ? shared(source, () => compileBytes(source, "the engine's WebAssembly file"), signal)
    : compile(host, source, signal);
}

/**
 * Compiles the best of the given builds that this machine can run. If the relaxed build is not
 * available, SIMD128 replaces it; `info.build` says which one is in use.
 */
async function compileBest(
  builds: readonly Build[],
  compileBuild: (build: Build) => Promise<WebAssembly.Module>,
): Promise<EngineModule> {
  const [build, next] = builds.filter((name) => name === 'simd128' || hasRelaxedSimd());
  if (!build) {
    throw invalid("wasm: 'simd128' is missing; this machine does not run 'relaxed'");
  }
  try {
    return { build, module: await compileBuild(build) };
  } catch (cause) {
    if (!next || !isUnavailable(cause)) throw cause;
    return { build: next, module: await compileBuild(next) };
  }
}

/**
 * @throws {TsugiError} unsupported: the host has no SIMD; engine_unavailable: the file is missing,
 *   is something else, or cannot be compiled; aborted
 */
export async function loadEngineModule(host: Host, options: CheckedOptions): Promise<EngineModule> {
  if (!hasSimd128()) {
    throw new TsugiError(
      'unsupported',
      'tsugi needs WebAssembly SIMD: Chrome 91, Firefox 89, Safari 16.4, Node 16.4',
    );
  }
  const { wasm, signal } = options;
  if (wasm === undefined) {
    return compileBest(host.builds, async (build) => compileOwn(host, build, signal));
  }
  if (typeof wasm !== 'string' && (typeof wasm !== 'object' || wasm === null)) {
    throw wrong('wasm', wasm, 'a URL, bytes, a Response or a WebAssembly.Module');
  }
  if (isSource(wasm)) {
    return { build: 'custom', module: await compile(host, wasm, signal) };
  }
  const given = checkKeys('wasm', wasm, ['simd128', 'relaxed']);
  const builds = (['relaxed', 'simd128'] as const).filter((name) => given[name] !== undefined);
  return compileBest(builds, (build) => compile(host, given[build]!, signal));
}

/**
 * What the WebAssembly file asks of its host: next to nothing. Anything not listed traps with its
 * name.
 */

type Import = (...args: number[]) => unknown;

const EBADF = 8;

/** Functions with an answer. The engine neither prints nor opens files, so writing goes nowhere. */
const ANSWERS: Readonly<Record<string, Import>> = {
  emscripten_notify_memory_growth: () => undefined, // engine.ts sees growth by the detached buffer
  fd_write: () => EBADF,
  fd_close: () => EBADF,
  fd_seek: () => EBADF,
};

/** @throws what the engine reports as a trap */
function missing(name: string): Import {
  return () => {
    throw new WebAssembly.RuntimeError(`no ${name}`);
  };
}

/** An object for every import of the module. */
export function importsFor(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, Import>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    (imports[from] ??= {})[name] = ANSWERS[name] ?? missing(name);
  }
  return imports;
}

/**
 * The functions that the WebAssembly file imports from its host: hardly any. A call of any other
 * import traps, and the error names the function.
 */

type Import = (...args: number[]) => unknown;

const EBADF = 8;

/** The imports that do something. The engine neither prints nor opens files, so writing fails. */
const ANSWERS: Readonly<Record<string, Import>> = {
  emscripten_notify_memory_growth: () => undefined, // engine.ts sees growth by the detached buffer
  fd_write: () => EBADF,
  fd_close: () => EBADF,
  fd_seek: () => EBADF,
};

/** Throws an error that the engine reports as a trap. */
function missing(name: string): Import {
  return () => {
    throw new WebAssembly.RuntimeError(`no ${name}`);
  };
}

/** Returns the imports for a module. */
export function importsFor(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, Import>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    (imports[from] ??= {})[name] = ANSWERS[name] ?? missing(name);
  }
  return imports;
}

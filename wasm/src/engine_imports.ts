/**
 * The functions that the WebAssembly file imports from its host: hardly any. The engine neither
 * prints nor opens files, so writing fails. A call of any other import traps, and the error names
 * the function.
 */

const EBADF = 8;

/** The growth of the memory, which engine.ts sees by the detached buffer, and writing to files. */
const ANSWERED = /^(emscripten_notify_memory_growth|fd_(write|close|seek))$/;

/** Every function, by its name. */
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

/// <reference lib="esnext.disposable" preserve="true" />
/** `using model = await Recommender.load(...)`, where the language has it. */

interface HasDispose {
  dispose(): unknown;
}

/** Makes [Symbol.dispose] an alias of dispose(), if the host has the symbol. */
export function addDispose(prototype: HasDispose): void {
  if (Symbol.dispose === undefined) return;
  Object.defineProperty(prototype, Symbol.dispose, {
    configurable: true,
    writable: true,
    value(this: HasDispose) {
      this.dispose();
    },
  });
}

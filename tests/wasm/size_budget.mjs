/** What the engine may take after brotli, in bytes: the parts of before November 2026, and what each step
 * since then added to the relaxed build, the larger one, as measured (bench/RESULTS.md, Size). */
export const ENGINE_BYTES = 80 * 1024;
export const NEW_PARTS = { 'item vectors': 1000, 'word vectors': 1050, 'codes of word vectors': 405,
  'search by words, item counts': 3075,
  'room asked for, undone halves, given vectors imagined': 1180 };
export const WITH_ALL_PARTS = 96 * 1024;
export const engineBudget = Object.values(NEW_PARTS).reduce((sum, bytes) => sum + bytes, ENGINE_BYTES);

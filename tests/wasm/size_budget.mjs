/** What the engine may take after brotli: that of the parts before November 2026, and what each part that
 * came since may add, in bytes. */
export const ENGINE_BYTES = 80 * 1024;
export const NEW_PARTS = { 'item vectors': 1000, 'word vectors': 1600, 'item counts': 400, 'search by words': 2500 };
export const WITH_ALL_PARTS = 96 * 1024;
export const engineBudget = Object.values(NEW_PARTS).reduce((sum, bytes) => sum + bytes, ENGINE_BYTES);

/** The quiet facts at the foot of the page: time, bytes, memory, build. */
import type { Engine } from '../engine.js';
import { forgetMemory } from '../memory.js';
import { dropCopies } from '../offline.js';
import type { Store } from '../store.js';
import { slot } from './dom.js';

export interface Sizes {
  /** As sent over the network. */
  readonly engineBytes: number;
  readonly modelBytes: number;
  /** Whether the page was served from this device. */
  readonly isFromDevice: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]];
  return (low + high) / 2;
}

export function formatTime(milliseconds: number): string {
  if (milliseconds < 0.95) return `${Math.max(10, Math.round(milliseconds * 100) * 10)} \u00b5s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const BUILD_NAMES: Readonly<Record<string, string>> = {
  simd128: 'SIMD128', relaxed: 'relaxed SIMD',
};

/** Forgets what was watched and all copies, and begins anew. */
function mountForget(): void {
  slot('forget').addEventListener('click', () => {
    forgetMemory(() => localStorage);
    void dropCopies().finally(() => location.reload());
  });
}

/** Counts what the page asks of any server from now on; its model needs none. */
function countRequests(): void {
  let count = 0;
  new PerformanceObserver((entries) => {
    count += entries.getEntries().length;
    slot('status-requests').textContent = String(count);
  }).observe({ type: 'resource' });
}

export function mountStatusStrip(store: Store, engine: Engine, sizes: Sizes): void {
  mountForget();
  countRequests();
  slot('status-build').textContent = BUILD_NAMES[engine.build] ?? engine.build;
  slot('status-bytes').textContent =
    `${formatBytes(sizes.engineBytes)} engine + ${formatBytes(sizes.modelBytes)} model` +
    (sizes.isFromDevice ? ', kept on this device' : '');
  const draw = (answers: readonly number[]): void => {
    slot('status-time').textContent = answers.length === 0 ? 'watch a film to see'
      : `${formatTime(median(answers))} (median of ${answers.length})`;
    engine.memoryBytes().then(
      (bytes) => {
        slot('status-memory').textContent = formatBytes(bytes);
      },
      () => undefined); // a closed engine is reported where it failed
  };
  draw(store.state.answers);
  store.subscribe((state, before) => {
    if (state.answers !== before.answers) draw(state.answers);
  });
}

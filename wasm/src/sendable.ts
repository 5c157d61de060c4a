/**
 * Converts the source and the options of a load to a form that can be sent to the worker: absolute
 * addresses, because the worker has another base address, and Blobs for responses and streams.
 */
import { checkResponse, resolveAddress, type Arrival } from './arrival.js';
import { bodyOf } from './engine_module.js';
import { isAddress, isBytes, isModule, isResponse, isStream } from './host.js';
import type { CheckedOptions } from './load_options.js';
import { openStream } from './model_source.js';
import { ModelStart, readStream } from './model_stream.js';
import { kindOf } from './options.js';
import type { LoadArguments } from './protocol.js';
import type { LoadOptions, ModelSource, WasmSource } from './types.js';
import { webHost } from './web_host.js';

const absolute = (address: string | URL): string => resolveAddress(webHost, address).href;

/**
 * Reads a model file as far as it is one, because few browsers can send a stream to a worker.
 * @throws {TsugiError} fetch_failed, not_a_model, corrupt_model, version_too_new, aborted
 */
async function received(
  arrival: Arrival,
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const start = new ModelStart(arrival);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const take = (chunk: Uint8Array<ArrayBuffer>): void => {
    start.take(chunk);
    chunks.push(chunk);
  };
  await readStream(arrival, stream, take, signal);
  start.finish();
  return chunks;
}

/** Returns the arguments of the worker's load. */
export async function sendable(
  source: ModelSource,
  { signal, onProgress, hashes, ...options }: CheckedOptions,
): Promise<LoadArguments> {
  const { wasm } = options;
  if (wasm !== undefined) options = { ...options, wasm: await sendableWasm(wasm) };
  if (isAddress(source)) return [absolute(source), options];
  if (!isResponse(source) && !isStream(source)) return [source, options];
  const { arrival, stream } = await openStream(source);
  const parts = isBytes(stream) ? [stream] : await received(arrival, stream, signal);
  return [new Blob(parts, { type: arrival.type }), options];
}

async function sendableWasm(
  wasm: NonNullable<LoadOptions['wasm']>,
): Promise<NonNullable<LoadOptions['wasm']>> {
  if (isAddress(wasm)) return absolute(wasm);
  if (isResponse(wasm)) return bodyOf(checkResponse(wasm, 'the Response'), 'the Response');
  // The worker reports what is wrong with other values.
  if (isBytes(wasm) || isModule(wasm) || kindOf(wasm) !== 'Object') return wasm;
  const entries = Object.entries(wasm as Record<string, WasmSource>).map(
    async ([build, source]) => [build, await sendableWasm(source)] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as NonNullable<LoadOptions['wasm']>;
}

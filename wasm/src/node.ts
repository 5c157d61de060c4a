/** `tsugi` in Node. A string is a URL or the path of a file. */
import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fetchFailed, reasonOf } from './errors.js';
import type { Answer, Host } from './host.js';
import { loadRecommender, publishClasses, RecommenderBase } from './recommender.js';
import type { LoadOptions, ModelSource } from './types.js';
import { fetchInPage } from './web_host.js';

export * from './api.js';

/** A URL scheme has at least two letters, so `C:\models` is a path. */
const isAddress = (text: string): boolean => /^[a-z][a-z0-9+.-]+:/i.test(text);

const CHUNK_BYTES = 1 << 20;

/**
 * Reads a file as it is asked for. Not Readable.toWeb(createReadStream()), which goes on reading
 * after it has been cancelled and ends the process by an error that nobody can catch.
 */
function streamOf(path: string, size: number): ReadableStream<Uint8Array> {
  let file: FileHandle | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          file ??= await open(path);
          const chunk = new Uint8Array(Math.min(CHUNK_BYTES, size || CHUNK_BYTES));
          const { bytesRead } = await file.read(chunk, 0, chunk.length);
          if (bytesRead > 0) return controller.enqueue(chunk.subarray(0, bytesRead));
        } catch (cause) {
          await file?.close();
          throw cause;
        }
        await file.close();
        controller.close();
      },
      cancel: () => file?.close(),
    },
    { highWaterMark: 0 },
  );
}

/** Opens a file as if a server had sent it. */
async function openFile(address: URL): Promise<Answer> {
  const path = fileURLToPath(address.href);
  try {
    const { size } = await stat(path);
    return {
      ok: true,
      status: 200,
      statusText: '',
      type: 'default',
      url: path,
      bodyUsed: false,
      headers: { get: (name) => (name === 'content-length' ? String(size) : null) },
      body: streamOf(path, size),
      async arrayBuffer() {
        const { buffer, byteOffset, length } = await readFile(path);
        return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + length);
      },
    };
  } catch (cause) {
    throw fetchFailed(`${path} cannot be read: ${reasonOf(cause)}`, cause);
  }
}

const nodeHost: Host = {
  builds: ['relaxed', 'simd128'],
  wasm: (build) =>
    build === 'relaxed'
      ? new URL('../wasm/tsugi.relaxed.wasm', import.meta.url)
      : new URL('../wasm/tsugi.simd.wasm', import.meta.url),
  resolve: (address) =>
    typeof address === 'string' && !isAddress(address) ? pathToFileURL(address) : new URL(address),
  fetch: (address, signal) =>
    address.protocol === 'file:' ? openFile(address) : fetchInPage(address, signal),
};

export class Recommender extends RecommenderBase {
  static {
    publishClasses(this);
  }

  /**
   * Loads a model file.
   * @throws {TsugiError} any code except `disposed` and `worker_failed`
   */
  static load(source: ModelSource, options?: LoadOptions): Promise<Recommender> {
    return loadRecommender(Recommender, nodeHost, source, options);
  }
}

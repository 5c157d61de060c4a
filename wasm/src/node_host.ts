/** Files and addresses in Node. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fetchFailed, reasonOf } from './errors.js';
import type { Answer, Host } from './host.js';

/** A URL scheme has at least two letters, so `C:\models` is a path. */
const isAddress = (text: string): boolean => /^[a-z][a-z0-9+.-]+:/i.test(text);

/** Opens a file as if a server had sent it. */
async function openFile(address: URL): Promise<Answer> {
  const path = fileURLToPath(address);
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
      get body() {
        return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
      },
      async arrayBuffer() {
        const { buffer, byteOffset, length } = await readFile(path);
        return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + length);
      },
    };
  } catch (cause) {
    throw fetchFailed(`${path} cannot be read: ${reasonOf(cause)}`, cause);
  }
}

export const nodeHost: Host = {
  builds: ['relaxed', 'simd128'],
  wasm: (build) =>
    build === 'relaxed'
      ? new URL('../wasm/tsugi.relaxed.wasm', import.meta.url)
      : new URL('../wasm/tsugi.simd.wasm', import.meta.url),
  resolve: (address) =>
    typeof address === 'string' && !isAddress(address) ? pathToFileURL(address) : new URL(address),
  fetch: (address, options) =>
    address.protocol === 'file:' ? openFile(address) : fetch(address, options),
};

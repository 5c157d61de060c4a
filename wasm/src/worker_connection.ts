/** The page's end of one worker. Every call settles, whatever happens to the worker. */
import { invalid, reasonOf, TsugiError } from './errors.js';
import { kindOf } from './options.js';
import { VITE_REMEDY } from './web_host.js';
import type { Reply, Request, SentError } from './protocol.js';
import type { Progress } from './types.js';

interface Pending {
  resolve(result: unknown): void;
  reject(cause: TsugiError): void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

function receivedError({ code, message, stack }: SentError): TsugiError {
  const error = new TsugiError(code, message);
  if (stack) error.stack = `${error.stack ?? message}\n  in the worker: ${stack}`;
  return error;
}

/** What to do about a worker that a page's policy forbids. */
function remedyFor(reason: string): string {
  return /trusted/i.test(reason)
    ? "a Trusted Types policy named 'default' must let worker.js pass; or import 'tsugi'"
    : "worker.js must be of the page's origin and allowed by worker-src";
}

export type StartWorker = () => Worker;

function started(start: StartWorker): Worker {
  if (typeof Worker === 'undefined') {
    throw new TsugiError(
      'unsupported',
      "no web workers here; in Node, service and shared workers import 'tsugi'",
    );
  }
  try {
    return start();
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new TsugiError(
      'worker_failed',
      `the worker could not start: ${reason}; ${remedyFor(reason)}`,
      { cause },
    );
  }
}

/** Returns a copy of arrays and plain objects, which may be proxies: those cannot be sent. */
function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])].map(plainCopy);
  if (kindOf(value) !== 'Object') return value;
  return Object.fromEntries(
    Object.entries(value as object).map(([key, one]) => [key, plainCopy(one)]),
  );
}

export class WorkerConnection {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #failure: TsugiError | undefined;

  /** @throws {TsugiError} unsupported, worker_failed */
  constructor(start: StartWorker) {
    this.#worker = started(start);
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#receive(data);
    this.#worker.onmessageerror = () =>
      this.close(new TsugiError('worker_failed', "the worker's answer was damaged"));
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.close(
        new TsugiError(
          'worker_failed',
          `the worker failed: ${
            event.message || `worker.js could not be loaded as JavaScript${VITE_REMEDY}`
          }`,
        ),
      );
    };
  }

  /**
   * Calls a method of a session, or of the model. Settles with the answer, or with the error that
   * prevents one.
   */
  call(
    verb: string,
    args: readonly unknown[],
    session?: number,
    onProgress?: (progress: Progress) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure) throw this.#failure;
      const id = ++this.#lastId;
      this.#send({ id, verb, args, session });
      this.#pending.set(id, { resolve, reject, onProgress });
    });
  }

  /** @throws {TsugiError} invalid_argument: the arguments cannot be sent */
  #send(request: Request): void {
    try {
      this.#worker.postMessage(request);
    } catch {
      try {
        this.#worker.postMessage(plainCopy(request));
      } catch (cause) {
        throw invalid(
          `${request.verb}: this cannot be sent to the worker: ${reasonOf(cause)} ` +
            "Try: an object as filter, not a function; or import 'tsugi'",
          cause,
        );
      }
    }
  }

  /**
   * Ends the worker. Pending and later calls are rejected with `failure`. Only the first call
   * counts.
   */
  close(failure: TsugiError): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(failure);
    this.#pending.clear();
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if ('progress' in reply) {
      this.#report(pending, reply.progress);
      return;
    }
    this.#pending.delete(reply.id);
    if ('result' in reply) {
      pending.resolve(reply.result);
      return;
    }
    const error = receivedError(reply.error);
    pending.reject(error);
    if (error.code === 'engine_trapped') this.close(error);
  }

  #report({ onProgress }: Pending, progress: Progress): void {
    try {
      onProgress?.(progress);
    } catch (cause) {
      this.close(cause as TsugiError); // checkLoadOptions makes it a TsugiError
    }
  }
}

/** The worker's end of `tsugi/worker`. It holds one model and its sessions, which have numbers. */
import { ended } from './engine.js';
import { reasonOf, TsugiError } from './errors.js';
import type { LoadArguments, Loaded, Reply, Request, SentError } from './protocol.js';
import { loadRecommender, publishClasses, RecommenderBase } from './recommender.js';
import { Session } from './session.js';
import { webHost } from './web_host.js';

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply, transfer?: Transferable[]): void;
};

let model: RecommenderBase | undefined;
const sessions = new Map<number, Session>();
let lastSession = 0;

type Methods = Record<string, (...args: readonly unknown[]) => unknown>;

async function load(id: number, [source, options]: LoadArguments): Promise<Loaded> {
  model = await loadRecommender(RecommenderBase, webHost, source, {
    ...options,
    onProgress: (progress) => scope.postMessage({ id, progress }),
  });
  return { info: model.info, capabilities: model.capabilities };
}

/** Calls the method that the verb names. Keeps a session that it returns, and returns its number. */
function callMethod({ verb, session, args }: Request): unknown {
  const own = session === undefined ? model : sessions.get(session);
  if (!own) throw ended();
  const result = (own as unknown as Methods)[verb]!(...args);
  if (verb === 'dispose') sessions.delete(session!);
  if (!(result instanceof Session)) return result;
  sessions.set(++lastSession, result);
  return lastSession;
}

function describeError(cause: unknown): SentError {
  const { stack } = Object(cause) as Partial<Error>;
  const code = cause instanceof TsugiError ? cause.code : 'internal';
  return { code, message: reasonOf(cause), stack };
}

/** Answers the messages of the page. */
export function serve(): void {
  publishClasses(RecommenderBase);
  scope.onmessage = async ({ data: request }) => {
    const { id, verb, args } = request;
    try {
      const isLoad = verb === 'load';
      const result = isLoad ? await load(id, args as LoadArguments) : callMethod(request);
      scope.postMessage(
        { id, result },
        result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : [],
      );
    } catch (cause) {
      scope.postMessage({ id, error: describeError(cause) });
    }
  };
}

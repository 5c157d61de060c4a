/** The worker's end of `tsugi/worker`. It holds one model and its sessions, which have numbers. */
import { ended } from './engine.js';
import { TsugiError } from './errors.js';
import type {
  MethodCall,
  ModelVerb,
  Protocol,
  Reply,
  Request,
  SentError,
  SessionVerb,
  Verb,
} from './protocol.js';
import { loadRecommender, publishClasses, RecommenderBase } from './recommender.js';
import type { Session } from './session.js';
import { webHost } from './web_host.js';

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply, transfer?: Transferable[]): void;
};

let model: RecommenderBase | undefined;
const sessions = new Map<number, Session>();
let lastSession = 0;

function keep(session: Session): number {
  sessions.set(++lastSession, session);
  return lastSession;
}

type Handler<V extends Verb> = (
  args: Protocol[V]['args'],
  id: number,
) => Protocol[V]['result'] | Promise<Protocol[V]['result']>;

type Methods = Record<string, (...args: readonly unknown[]) => unknown>;
/** Verbs other than the methods of a session or model. */
type OwnVerb = Exclude<Verb, SessionVerb | ModelVerb>;

/** Calls the method that the verb names. */
function callMethod(verb: Verb, { session, args }: MethodCall): unknown {
  const own = session === undefined ? model : sessions.get(session);
  if (own === undefined) throw ended();
  return (own as unknown as Methods)[verb]!(...args);
}

const handlers: { readonly [V in OwnVerb]: Handler<V> } = {
  async load({ source, options }, id) {
    const onProgress = (progress: Extract<Reply, { progress: unknown }>['progress']): void =>
      scope.postMessage({ id, progress });
    model = await loadRecommender(
      webHost,
      source,
      { ...options, onProgress },
      (engine, build) => new RecommenderBase(engine, build),
    );
    return { info: model.info, capabilities: model.capabilities };
  },
  session: () => keep(model!.session()),
  restore: (saved) => keep(model!.restore(saved)),
  disposeSession({ session }) {
    sessions.get(session)?.dispose();
    sessions.delete(session);
    return undefined;
  },
};

function describeError(cause: unknown): SentError {
  const { message, stack } = Object(cause) as Partial<Error>;
  const code = cause instanceof TsugiError ? cause.code : 'internal';
  return { code, message: message ?? String(cause), stack };
}

/** Answers the messages of the page. */
export function serve(): void {
  publishClasses(RecommenderBase);
  scope.onmessage = async ({ data: { id, verb, args } }) => {
    try {
      const handler = handlers[verb as OwnVerb] as Handler<Verb> | undefined;
      const result = await (handler ? handler(args, id) : callMethod(verb, args as MethodCall));
      scope.postMessage(
        { id, result },
        result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : [],
      );
    } catch (cause) {
      scope.postMessage({ id, error: describeError(cause) });
    }
  };
}

/** What build.mjs left for the page to read at run time. */

export interface Build {
  /** null: no model was there when the page was built. */
  readonly model: { readonly url: string; readonly bytes: number; readonly integrity: string } | null;
  /** Compressed size of the engine build that was tested with this page. */
  readonly engineBytes: Readonly<Record<string, number>>;
  /** Ids, best known first. */
  readonly popular: readonly string[];
}

/** The server sent something else than the files of this page. */
export class WrongAnswer extends Error {
  readonly code = 'wrong_answer';
}

function isBuild(value: unknown): value is Build {
  const { model, engineBytes, popular } = (value ?? {}) as Partial<Build>;
  return (model === null || typeof model?.url === 'string') && typeof engineBytes === 'object' &&
    Array.isArray(popular);
}

/** @throws {WrongAnswer} build.json is missing or something else */
export async function fetchBuild(signal?: AbortSignal): Promise<Build> {
  const response = await fetch('./build.json', signal === undefined ? {} : { signal });
  if (!response.ok) throw new WrongAnswer(`build.json: the server answered ${response.status}`);
  const text = await response.text();
  try {
    const value: unknown = JSON.parse(text);
    if (isBuild(value)) return value;
  } catch {
    // Not even JSON.
  }
  throw new WrongAnswer(`build.json is something else: it begins with ${JSON.stringify(text.slice(0, 40))}`);
}

// The code that stands in documents and in the public C header, block by block.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const HEADER = 'native/c_api/tsugi.h';

const SKIPPED = /^(build.*|node_modules|dist|\.git|\.ci)$/;

function documentsUnder(folder) {
  return readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : documentsUnder(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Every document of the repository, by its path. */
export const documents = () => documentsUnder('').sort();

/** The fenced blocks of a document: [{ file, line, language, text }], `line` that of the first line. */
function fencedBlocks(file, lines) {
  const blocks = [];
  let block;
  lines.forEach((text, i) => {
    const fence = text.match(/^\s*```(\S*)/);
    if (!fence && block) block.lines.push(text);
    if (!fence && !block && /readme\.md$/i.test(file) && /^ {4}\S/.test(text) && lines[i - 1] === '')
      throw new Error(`${file}:${i + 1}: fence this code and name its language`);
    if (fence && !block && fence[1] === '')
      throw new Error(`${file}:${i + 1}: name the language of this block ('text' for pictures)`);
    if (!fence) return;
    if (block) blocks.push({ ...block, text: `${block.lines.join('\n')}\n` });
    block = block ? undefined : { file, line: i + 2, language: fence[1], lines: [] };
  });
  if (block) throw new Error(`${file}:${block.line}: this block has no end`);
  return blocks;
}

/** The indented paragraphs of the header's first comment. */
function commentBlocks(file, lines) {
  const blocks = [];
  const end = lines.findIndex((text) => text.includes('*/'));
  for (let i = 1; i < end; ++i) {
    if (lines[i - 1] !== ' *' || !/^ \* {3}\S/.test(lines[i])) continue;
    const line = i + 1;
    const code = [];
    for (; /^ \* {3}/.test(lines[i]); ++i) code.push(lines[i].slice(5));
    blocks.push({ file, line, language: 'c', text: `${code.join('\n')}\n` });
  }
  return blocks;
}

/** Every block of code in the file. */
export function blocksOf(file) {
  const lines = readFileSync(join(top, file), 'utf8').split('\n');
  return file.endsWith('.h') ? commentBlocks(file, lines) : fencedBlocks(file, lines);
}

/** What stands between backquotes outside of blocks: [{ file, line, text }]. */
export function spansOf(file) {
  let isInBlock = false;
  return readFileSync(join(top, file), 'utf8')
    .split('\n')
    .flatMap((text, i) => {
      const isFence = text.startsWith('```');
      if (isFence) isInBlock = !isInBlock;
      if (isFence || isInBlock) return [];
      return [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => ({ file, line: i + 1, text: span }));
    });
}

export const nameOf = ({ file, line }) => `${relative('.', file)}:${line}`;

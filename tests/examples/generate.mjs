// Writes the C and C++ blocks of documents and of the C header as two sources, which CMake compiles:
//   node generate.mjs OUT_FOLDER
// Each block is the body of a function; tests/examples/given.h and given_c.h hold what it may use.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, documents, HEADER, nameOf, top } from './blocks.mjs';

const out = process.argv[2];
const blocks = [HEADER, ...documents()].flatMap(blocksOf);

/** A source with one function a block, and a main that calls `run` with their table. */
function source(language, { before, result, end, after }) {
  const chosen = blocks.filter((block) => block.language === language);
  if (chosen.length === 0) throw new Error(`no document has a block of ${language}`);
  const isInclude = (line) => line.startsWith('#include');
  const includes = chosen.flatMap(({ text }) => text.split('\n').filter(isInclude));
  const functions = chosen.map((block, i) => {
    // An include is given above; its line stays, so that numbers of lines are those of the document.
    const body = block.text.split('\n').map((line) => (isInclude(line) ? '' : line)).join('\n');
    return `static ${result} Example${i}(void) {\n#line ${block.line} "${block.file}"\n${body}${end}\n}\n`;
  });
  const rows = chosen.map((block, i) => `    {"${nameOf(block)}", Example${i}},\n`).join('');
  return `${[...new Set(includes)].join('\n')}\n${before}\n${functions.join('\n')}
static const Example kExamples[] = {\n${rows}};\n${after}
int main(int argc, char** argv) { return RunExamples(argc, argv, kExamples, ${chosen.length}); }\n`;
}

/** Each call in C whose status nobody looks at is looked at. */
function checkedCalls() {
  const header = readFileSync(join(top, HEADER), 'utf8');
  const names = [...header.matchAll(/TSUGI_API int32_t (\w+)\(/g)].map(([, name]) => name);
  return names
    .map((name) => `#define ${name}(...) Checked(${name}(__VA_ARGS__), "${name}")\n`)
    .join('');
}

function write(name, text) {
  const path = join(out, name);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
write('examples.c', source('c', {
  before: `#include "tests/examples/given_c.h"\n${checkedCalls()}`,
  result: 'void',
  end: '  PrintList(count, items, scores);',
  after: '',
}));
write('examples.cc', source('cpp', {
  before: '#include "tests/examples/given.h"\nnamespace tsugi {\n',
  result: 'Status',
  end: '  return Status();',
  after: '}  // namespace tsugi\nusing namespace tsugi;',
}));

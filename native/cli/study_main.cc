// The program `tsugi-study`.
#include "native/cli/commands.h"

int main(int argc, char** argv) { return tsugi::RunVerbs(tsugi::kStudyVerbs, argc, argv); }

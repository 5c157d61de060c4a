// The programs of the command line. TSUGI_VERBS, a list of commands.h, says which: `tsugi` has
// every verb, some of which start another program; `tsugi-train` and `tsugi-study` have their own.
#include "native/cli/commands.h"

int main(int argc, char** argv) { return tsugi::RunVerbs(tsugi::TSUGI_VERBS, argc, argv); }

// The program `tsugi`: every verb; some start another program.
#include "native/cli/commands.h"

int main(int argc, char** argv) { return tsugi::RunVerbs(tsugi::kVerbs, argc, argv); }

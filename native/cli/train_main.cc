// The program `tsugi-train`: the verbs that make parts of a model.
#include "native/cli/commands.h"

int main(int argc, char** argv) { return tsugi::RunVerbs(tsugi::kTrainVerbs, argc, argv); }

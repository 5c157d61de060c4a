#ifndef TSUGI_NATIVE_CLI_HISTORY_H_
#define TSUGI_NATIVE_CLI_HISTORY_H_

#include <memory>
#include <string>
#include <vector>

#include "core/recommender.h"
#include "core/session.h"
#include "native/cli/command.h"
#include "native/cli/item_list.h"
#include "native/model/model_file.h"

namespace tsugi {

/// What a visitor did, as typed: lists of the same length, oldest first. "-" is unknown.
///
/// A list that is one entry as a whole is that entry. Otherwise it is a JSON array, '["Mug, red",
/// "i1"]', or entries between commas, or between blanks where the text between two commas is no
/// entry: "WHITE LANTERN, RED LAMP" are two ids if the model has them.
struct TypedHistory {
  std::string items;     ///< ids
  std::string times;     ///< empty, or unix seconds and dates as in a log
  std::string actions;   ///< empty, or names as in the log
  std::string values;    ///< empty, or numbers: seconds watched, a rating, a price
  std::string dislikes;  ///< empty, or ids of items that are not for the visitor, of any number
};

/// Adds --history to `group`, and to `verb` what belongs to it: --times, --actions, --values and
/// --dislikes.
/// `note` ends its description.
void AddHistoryOptions(CLI::App& group, CLI::App& verb, const std::string& note,
                       TypedHistory& history);

/// A model file opened, and a visitor with a history in it.
struct Visit {
  Model model;
  ItemNames names;
  std::unique_ptr<Recommender> recommender;
  std::unique_ptr<Session> session;
  std::vector<std::string> unknown;  ///< typed ids that the model does not have
};

/// Without `typed` nothing has happened yet. Warns of ids that the model does not have, and of
/// lists that it was not trained to read. Errors: those of the file and of the engine;
/// kInvalidArgument for no id at all, lists of other lengths, and what is no time, action or
/// number; kNotFound if no id is known, with the nearest.
Result<Visit> OpenVisit(const std::string& model_path, const TypedHistory* typed);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_HISTORY_H_

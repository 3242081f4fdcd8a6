#pragma once

#include <istream>
#include <string>

namespace penstock {

// What the hook `event` tells penstockd, as one line of JSON: the ref updates on `updates` ("old new ref" each) and
// what the git endpoint and git put into the environment. Throws Error when something is missing.
//   {"hook":"pre-receive","push":"…","project":"…","user":"…","objects":"…","alternates":"…:…","options":["…"],
//    "updates":[{"ref":"refs/heads/main","old":"…","new":"…"}]}
// penstockd answers with any number of {"text":"…"} lines and a last {"exit":0}.
std::string push_message(const std::string& event, std::istream& updates);

}  // namespace penstock

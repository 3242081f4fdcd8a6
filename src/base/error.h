// The exceptions of Penstock. Messages read "cannot X: why": lower case, no full stop, naming the file, ref or field.
#pragma once

#include <stdexcept>
#include <string>

namespace penstock {

// Something could not be done.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The user's mistake: shown to them as it is, never logged as a fault of ours.
class UserError : public Error {
 public:
  using Error::Error;
};

// What was named does not exist.
class NotFound : public UserError {
 public:
  using UserError::UserError;
};

// What was asked contradicts the present state.
class Conflict : public UserError {
 public:
  using UserError::UserError;
};

// The work was asked to stop and did. Not a fault of anyone.
class Cancelled : public Error {
 public:
  using Error::Error;
};

// A system call failed. `code()` is its errno.
class SystemError : public Error {
 public:
  // Reads errno. `action` completes "cannot …".
  explicit SystemError(const std::string& action);
  SystemError(const std::string& action, int code);

  int code() const { return code_; }

 private:
  int code_;
};

}  // namespace penstock

#pragma once

#include "runtime/router/http/body.h"
#include "runtime/router/http/message_writer.h"
#include "runtime/router/http/request_head.h"
#include "runtime/router/http/response_head.h"
#include "runtime/router/loop/gather.h"

#include <string>
#include <string_view>

namespace penstock::router {

// The protocol that an application speaks: turns one request into its bytes and its bytes into one response. Made for
// each exchange; the connection is not its business.
class UpstreamCodec {
 public:
  UpstreamCodec() = default;
  UpstreamCodec(const UpstreamCodec&) = delete;
  UpstreamCodec& operator=(const UpstreamCodec&) = delete;
  virtual ~UpstreamCodec() = default;

  // Appends what opens the request. Called once, before all others. Its bytes may be sent again on another connection,
  // as long as nothing of a body or a response has passed.
  virtual void encode_head(const RequestHead& request, const Origin& origin, std::string& out) = 0;
  // Adds a part of the request's body, framed; also called with the one empty last part of a request without a body.
  // `part` has at most Pieces::kCapacity pieces. What is added beside them stays good until the next call.
  virtual void encode_body(const BodyPart& part, Gather& out) = 0;

  enum class HeadResult { Complete, Incomplete, Malformed };
  // Takes a head, interim or final, off `bytes`. Incomplete: all of `bytes` was taken, call again with more. Complete:
  // `bytes` is what follows it and may lead, as `head` does, into the codec, until the next call.
  virtual HeadResult decode_head(std::string_view& bytes, ResponseHead& head) = 0;

  enum class BodyResult { More, Done, Malformed };
  // After the final head: takes payload off `bytes` until `pieces` is full, `bytes` is used up or the response is over.
  virtual BodyResult decode_body(std::string_view& bytes, Pieces& pieces) = 0;
  // Once Done; null when there are none.
  virtual const FieldList* trailers() const = 0;
  // The application closed the connection after the final head: whether that is a proper end.
  virtual bool may_end_here() const = 0;
  // Once Done: the connection may serve another request.
  virtual bool reusable() const = 0;
};

}  // namespace penstock::router

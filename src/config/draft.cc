#include "config/draft.h"

#include "config/defaults.h"
#include "config/includer.h"
#include "config/limits.h"
#include "config/paths.h"
#include "config/report.h"
#include "config/route_url.h"
#include "config/schema.h"
#include "config/sections.h"

namespace penstock::config {

namespace {

constexpr std::size_t kMaxApplications = 50;
constexpr std::size_t kMaxServices = 50;
constexpr std::size_t kMaxRoutes = 300;

Field field_of(const Section& section, const std::string& name) {
  YamlNode node;
  node.kind = YamlNode::Kind::Map;
  node.place = section.place;
  node.members = section.entries;
  return {std::make_shared<const YamlNode>(std::move(node)), section.place, name, name};
}

std::optional<std::string> route_key(Reader& reader, const Field& field) {
  const auto url = parse_route_url(field.key);
  if (url) return url->text();
  reader.invalid(field, "expected a URL such as 'https://{default}/' or 'https://www.{default}/path/'");
  return std::nullopt;
}

// The folder that an application's includes are relative to, before it is known to be right.
std::string source_root(const YamlNode& application) {
  const YamlNodePtr source = application.find("source");
  const YamlNodePtr root = source ? source->find("root") : nullptr;
  return root && root->is_scalar() ? resolve_path("", root->text).value_or("") : "";
}

class DraftReader {
 public:
  DraftReader(Includer& includer, Report& report) : includer_(includer), report_(report) {}

  Draft read(const Sections& sections);

 private:
  void read_applications(const Section& section);
  void read_services(const Section& section);
  void read_routes(const Section& section);

  Includer& includer_;
  Report& report_;
  Draft draft_;
};

Draft DraftReader::read(const Sections& sections) {
  read_applications(sections.applications);
  read_services(sections.services);
  read_routes(sections.routes);
  complete(draft_.configuration);
  return std::move(draft_);
}

void DraftReader::read_applications(const Section& section) {
  draft_.places.add("applications", section.place);
  static const Shape schema = application_schema();
  const Shape application = [this](Reader&, const Field& field) -> std::optional<Json> {
    Reader reader(report_, includer_, draft_.places, source_root(*field.node));
    // One that cannot be read is kept by its name, which others may refer to.
    return schema(reader, field).value_or(Json::object());
  };
  Reader reader(report_, includer_, draft_.places, kFolder);
  const auto json = map_of({name(), kMaxApplications}, application)(reader, field_of(section, "applications"));
  draft_.json["applications"] = json.value_or(Json::object());
  for (const auto& [key, value] : draft_.json["applications"].items()) {
    Json whole = value;
    whole["name"] = key;
    fill_defaults(whole);
    draft_.configuration.applications[key] = Application::from_json(whole);
  }
}

void DraftReader::read_services(const Section& section) {
  draft_.places.add("services", section.place);
  Reader reader(report_, includer_, draft_.places, kFolder);
  const auto json = map_of({name(), kMaxServices}, service_schema())(reader, field_of(section, "services"));
  draft_.json["services"] = json.value_or(Json::object());
  for (const auto& [key, value] : draft_.json["services"].items()) {
    Service& service = draft_.configuration.services[key] = Service::from_json(value);
    service.name = key;
  }
}

void DraftReader::read_routes(const Section& section) {
  draft_.places.add("routes", section.place);
  Reader reader(report_, includer_, draft_.places, kFolder);
  const auto json = map_of({route_key, kMaxRoutes, true}, route_schema())(reader, field_of(section, "routes"));
  draft_.json["routes"] = json.value_or(Json::object());
  for (const auto& [url, value] : draft_.json["routes"].items()) {
    Route route = Route::from_json(value);
    route.url = url;
    draft_.configuration.routes.push_back(std::move(route));
  }
}

}  // namespace

Draft read_draft(FileSource& source, Report& report) {
  Includer includer(source, report);
  const Sections sections = read_sections(source, includer, report);
  return DraftReader(includer, report).read(sections);
}

}  // namespace penstock::config

#pragma once

// What the public conformance suite expects a server under test to offer: names and texts are the
// suite's.

#include "mcp_gateway/mcp/server.h"

inline constexpr const char* kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg"
    "==";
inline constexpr const char* kWav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

// Offers of our own, which the suite does not know.
std::vector<mcp::Tool> plain_tools();
std::vector<mcp::Resource> plain_resources();
std::vector<mcp::ResourceTemplate> plain_templates();
std::vector<mcp::Prompt> plain_prompts();

// What the suite asks for by name; the tools with the plain ones.
std::vector<mcp::Tool> fixture_tools();
std::vector<mcp::Resource> fixture_resources();
std::vector<mcp::ResourceTemplate> fixture_templates();
std::vector<mcp::Prompt> fixture_prompts();

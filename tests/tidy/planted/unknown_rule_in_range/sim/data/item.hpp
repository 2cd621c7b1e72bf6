#pragma once
// An item expires in its own time. [TTL-1] [TTL-1 .. TTL-99]

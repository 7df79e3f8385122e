#pragma once

// Whose work the kernel does first when the machine is crowded. A thread's share is inherited by the threads it starts, those
// of gRPC's servers among them. Best effort: where the kernel does not take the wish, nothing changes.

namespace broker {

// Short work that someone waits for: the desk, the human's door, the halt. Asks for the shortest time slice, so that a wake-up
// need not wait for the end of another's (Linux 6.12; before, it says nothing).
void put_first_in_line();

// Work for a door where a flood may arrive: yields to everything else of its user's, and of other users', on the machine.
void put_last_in_line();

}  // namespace broker

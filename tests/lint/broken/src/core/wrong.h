#include "domain/meeting.h"  // the wrong arrow that lint_can_fail wants found

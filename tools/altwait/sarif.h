/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A shadow run as SARIF 2.1.0, which shows in a CI beside the code.
 */
#ifndef TOOLS_ALTWAIT_SARIF_H
#define TOOLS_ALTWAIT_SARIF_H

#include "json.h"

/**
 * sarif_of - make it of a summary
 * @summary: as schema/shadow.json has it
 * @program: that ran, for the location: a verdict has a process, and no line
 *
 * Return: what has the schema schema/sarif.json.
 */
struct json_object *sarif_of(struct json_object *summary, const char *program);

#endif /* TOOLS_ALTWAIT_SARIF_H */

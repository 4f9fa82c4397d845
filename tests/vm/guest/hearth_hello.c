// SPDX-License-Identifier: CC0-1.0
// The least that a kernel can load: stands for a driver that was built and signed on this computer.
#include <linux/init.h>
#include <linux/module.h>

static int __init hello_init(void)
{
	pr_info("hearth_hello: loaded\n");
	return 0;
}

static void __exit hello_exit(void)
{
	pr_info("hearth_hello: gone\n");
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_DESCRIPTION("Stands for a driver's module");
MODULE_LICENSE("GPL");

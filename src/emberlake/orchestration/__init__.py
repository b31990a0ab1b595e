"""What a scheduler reads and starts: tasks from contracts, DAGs from tasks, and the ways to do the work of one."""

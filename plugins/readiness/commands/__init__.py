"""The commands behind the Makefile: demo, report, up, down. They run the DAGs; they compute nothing themselves."""

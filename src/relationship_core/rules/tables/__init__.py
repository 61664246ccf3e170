"""Decision tables: rules that analysts keep in CSV, XLSX or DMN files, the same as Python's."""

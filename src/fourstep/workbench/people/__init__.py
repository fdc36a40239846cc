"""Who works here and what each may do: accounts, roles, the privilege grid, and the gate that every request passes."""

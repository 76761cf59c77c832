"""The building: cooling plants, air, and the power chain between the grid and the load, from cited facts and physics. No dollars of a workload."""

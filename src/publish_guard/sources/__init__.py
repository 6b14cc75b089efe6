"""What is read from outside: secrets, a module for each place that holds some, and the files that hold the policy.

`reading` and `argument` are what the places share; `policy_file` and `pyproject` yield a Policy and the project's name.
"""

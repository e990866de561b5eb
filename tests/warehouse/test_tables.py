"""Tables whose rows are kept, and those that are worked out where they are read."""

import pandas as pd


def test_what_is_defined_takes_the_place_of_a_table_and_gives_it_back(warehouse):
    def numbers():
        return sorted(warehouse.query("select n from house.rooms").n)

    for _ in range(2):
        warehouse.create_table("house.rooms", "select 1 as n")
        assert numbers() == [1]
        warehouse.define("house.rooms", "select 2 as n", "select 3 as n")
        assert numbers() == [2, 3]
        warehouse.define("house.rooms", "select 4 as n")
        warehouse.keep("house.rooms")
        assert numbers() == [4]
        warehouse.load("house.rooms", pd.DataFrame({"n": [5, 6]}), {"n": "integer"})
        assert numbers() == [5, 6]
        warehouse.drop("house.rooms")
        assert not warehouse.exists("house.rooms")
    warehouse.drop("house.rooms")

"""Real parts that the experiments and the tests run against, installed from npm: Azurite, an AMQP library, Kusto."""

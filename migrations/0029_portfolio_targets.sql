-- What each coin of a portfolio should be worth, as a share of the value.

create table portfolio_targets (
  portfolio_id int not null references portfolios (id) on delete cascade,
  coin_id int not null,
  weight_pct numeric not null check (weight_pct > 0 and weight_pct <= 100),
  primary key (portfolio_id, coin_id)
);
select place_table('portfolio_targets', 'local');
comment on table portfolio_targets is 'Targets of portfolios for rebalancing. A coin without a target is to be sold. The rest up to 100 percent is for cash.';
comment on column portfolio_targets.coin_id is 'dim_coin.id; coins are never deleted, so no foreign key ties the table to the cluster.';
comment on column portfolio_targets.weight_pct is 'Percent of the value of the portfolio.';
